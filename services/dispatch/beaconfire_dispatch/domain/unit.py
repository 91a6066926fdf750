"""A unit: what it can do, what it is doing, and whether it may be sent."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.dispatch import UnitStatusChanged
from beaconfire_contracts.ids import AssignmentId, BodyId, IncidentId, StationId, UnitId
from beaconfire_contracts.refusals import Conflict, Invalid
from beaconfire_contracts.vocabulary import (
    AssignmentStatus,
    PrimaryStatus,
    StatusSource,
    UnitKind,
    UnitStatus,
)

AVAILABLE_WHEN: Final = frozenset(
    {UnitStatus.IN_SERVICE, UnitStatus.CLEARED, UnitStatus.RETURNING, UnitStatus.HANDED_OVER}
)
TOLD_BY_CREW: Final = frozenset({
    UnitStatus.IN_SERVICE, UnitStatus.RETURNING, UnitStatus.OUT_OF_SERVICE, UnitStatus.UNABLE,
    UnitStatus.STAGING, UnitStatus.AT_PATIENT,
})  # fmt: skip
"""Statuses that are told of a unit itself; the rest follow from its assignment's steps."""
OUT_OF_WORK: Final = frozenset({UnitStatus.OUT_OF_SERVICE, UnitStatus.UNABLE})
"""Statuses that only the crew or a desk ends, by saying that it is in service again."""
OF_ASSIGNMENT: Final = {
    AssignmentStatus.DISPATCHED: UnitStatus.DISPATCHED,
    AssignmentStatus.ACKNOWLEDGED: UnitStatus.ACKNOWLEDGED,
    AssignmentStatus.EN_ROUTE: UnitStatus.EN_ROUTE,
    AssignmentStatus.ON_SCENE: UnitStatus.ON_SCENE,
    AssignmentStatus.TRANSPORTING: UnitStatus.TRANSPORTING,
    AssignmentStatus.AT_HOSPITAL: UnitStatus.AT_HOSPITAL,
    AssignmentStatus.CLEARED: UnitStatus.CLEARED,
    AssignmentStatus.REFUSED: UnitStatus.UNABLE,
    AssignmentStatus.CANCELLED: UnitStatus.RETURNING,
}


class NotToldOfUnit(Invalid):
    """This status follows from an assignment: tell the assignment's step instead."""


class ReasonMissing(Invalid):
    """A unit goes out of service for a reason: give its code."""


class UnitAtWork(Conflict):
    """The unit is on an incident: clear its assignment first."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A resource that is sent as one, with call sign, capabilities and status (出动单元)."""

    id: UnitId
    call_sign: str
    kind: UnitKind
    body: BodyId
    station_id: StationId
    capabilities: frozenset[str]
    division: str
    status: UnitStatus
    primary: PrimaryStatus
    since: datetime
    fence: int
    version: int
    last_sent_at: datetime | None = None
    reason: str | None = None

    @property
    def may_be_sent(self) -> bool:
        """Whether dispatch may order it."""
        return self.primary is PrimaryStatus.AVAILABLE


def primary_of(status: UnitStatus) -> PrimaryStatus:
    """May a unit in this status be sent?"""
    return PrimaryStatus.AVAILABLE if status in AVAILABLE_WHEN else PrimaryStatus.NOT_AVAILABLE


def with_status(
    unit: Unit,
    status: UnitStatus,
    *,
    at: datetime,
    source: StatusSource,
    incident_id: IncidentId | None = None,
    assignment_id: AssignmentId | None = None,
    reason: str | None = None,
    gaps: tuple[UnitStatus, ...] = (),
) -> tuple[Unit, UnitStatusChanged]:
    """The unit in another status, and the fact that says so."""
    primary = primary_of(status)
    changed = replace(
        unit, status=status, primary=primary, since=at, reason=reason, version=unit.version + 1
    )
    fact = UnitStatusChanged(
        unit.id, status, primary, at, source, incident_id, assignment_id, reason, gaps
    )
    return changed, fact


def told_status(
    unit: Unit,
    status: UnitStatus,
    *,
    at: datetime,
    source: StatusSource,
    reason: str | None,
    incident_id: IncidentId | None,
    assignment_id: AssignmentId | None,
) -> tuple[Unit, UnitStatusChanged]:
    """What a crew or a desk tells of the unit itself, on whatever incident it is."""
    if status not in TOLD_BY_CREW:
        raise NotToldOfUnit(pointer="/status", unit_status=status.value)
    if status is UnitStatus.OUT_OF_SERVICE and reason is None:
        raise ReasonMissing(pointer="/reason")
    if incident_id is not None and status in (UnitStatus.IN_SERVICE, UnitStatus.RETURNING):
        raise UnitAtWork
    return with_status(
        unit, status, at=at, source=source, incident_id=incident_id, assignment_id=assignment_id,
        reason=reason,
    )  # fmt: skip
