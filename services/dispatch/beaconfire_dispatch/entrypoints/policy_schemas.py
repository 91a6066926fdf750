"""Request and answer shapes of the routes for policies."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.domain.policy import LATE_S
from beaconfire_dispatch.entrypoints.schemas import Division, Seconds
from beaconfire_platform.web.fields import Code, Strict


class PolicyIn(Strict):
    """How one priority is answered."""

    priority: Annotated[int, Field(strict=True, ge=1, le=4)]
    mode: PolicyMode
    target_s: Seconds
    acknowledge_s: Seconds
    late_s: Seconds = LATE_S
    area: Division | None = None
    type: Code | None = None
    may_divert_unasked: Annotated[bool, Field(strict=True)] = False


class ExceptionNamed(BaseModel):
    """Which exception of a priority's policy: by area, type, or both."""

    model_config = ConfigDict(extra="forbid")

    area: Division | None = None
    type: Code | None = None


class PolicyOut(BaseModel):
    """How one priority is answered."""

    priority: int
    mode: str
    target_s: int
    acknowledge_s: int
    late_s: int
    area: str | None
    type: str | None
    may_divert_unasked: bool


class PolicyPage(BaseModel):
    """How each priority is answered."""

    items: list[PolicyOut]
    next: None = None
