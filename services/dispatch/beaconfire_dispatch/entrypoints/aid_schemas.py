"""Request and answer shapes of the routes for mutual aid."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from beaconfire_dispatch.application.order_units import UNITS_PER_ORDER_MAX
from beaconfire_dispatch.domain.aid import ANSWER_S
from beaconfire_dispatch.entrypoints.schemas import AssignmentOut, Limit
from beaconfire_platform.web.fields import Code, Id, Strict

LINES_MAX = 20


class AidNeedIn(Strict):
    """So many units that can do this."""

    capability: Code
    count: Annotated[int, Field(strict=True, ge=1, le=UNITS_PER_ORDER_MAX)]


class AidIn(Strict):
    """Of whom, what, and within how long; by default the nearest neighbour, what is short."""

    body: Id | None = None
    needs: Annotated[tuple[AidNeedIn, ...], Field(min_length=1, max_length=LINES_MAX)] | None = None
    within_s: Annotated[int, Field(strict=True, ge=30, le=3_600)] = ANSWER_S


class AidAcceptIn(Strict):
    """Which units are given, all of them or none."""

    unit_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=UNITS_PER_ORDER_MAX)]


class AidReasonIn(Strict):
    """Why none is given, or none is needed any more, as a code."""

    reason: Code


class AidsAsked(BaseModel):
    """Which requests, which page."""

    model_config = ConfigDict(extra="forbid")

    incident_id: Id | None = None
    state: Literal["asked", "answered"] | None = None
    cursor: Id | None = None
    limit: Limit = 200


class AidOut(BaseModel):
    """A request for units of another body."""

    id: str
    root_id: str
    incident_id: str
    body: str
    for_body: str
    needs: list[dict[str, Any]]
    state: str
    asked_at: datetime
    due_at: datetime
    reason: str | None
    version: int


class AidPage(BaseModel):
    """A page of requests, the oldest first."""

    items: list[AidOut]
    next: str | None


class AidGivenOut(BaseModel):
    """The request as it was accepted, and the orders that it led to."""

    aid: AidOut
    assignments: list[AssignmentOut]
