"""A desk's word on one unit for one incident, which every later matching keeps to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from beaconfire_contracts.ids import IncidentId, UnitId

INSTRUCTIONS_MAX: Final = 50
"""Of one incident: twice as many as the largest first hour sent units."""


class InstructionKind(StrEnum):
    """What a desk says of a unit for an incident (席位指令类别)."""

    KEPT = "kept"
    VETOED = "vetoed"


class InstructionReason(StrEnum):
    """Why a desk says so of a unit."""

    EQUIPMENT = "equipment"
    CREW = "crew"
    ACCESS = "access"
    RESERVE = "reserve"
    SAFETY = "safety"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One unit is kept for an incident, or not to be sent to it (席位指令)."""

    incident_id: IncidentId
    unit_id: UnitId
    kind: InstructionKind
    given_by: str
    given_at: datetime
    reason: InstructionReason | None = None
