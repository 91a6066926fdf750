"""Request and answer shapes of a desk's word on a unit."""

from pydantic import AwareDatetime, BaseModel

from beaconfire_dispatch.domain.instruction import InstructionKind, InstructionReason
from beaconfire_platform.web.fields import Strict


class InstructionIn(Strict):
    """`kept`: it goes there and nowhere else; `vetoed`: it is not sent there, and why."""

    kind: InstructionKind
    reason: InstructionReason | None = None


class InstructionOut(BaseModel):
    """One word in force, and whose it is."""

    unit_id: str
    kind: InstructionKind
    given_by: str
    given_at: AwareDatetime
    reason: InstructionReason | None


class InstructionsOut(BaseModel):
    """All of one incident."""

    items: list[InstructionOut]
