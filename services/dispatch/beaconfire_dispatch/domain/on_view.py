"""On view: a crew stands at something and begins by itself; there was no order and no way."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.dispatch import UnitStatusChanged
from beaconfire_contracts.facts.dispatch_life import OnViewed, OnViewOpening
from beaconfire_contracts.ids import AssignmentId, IncidentId
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource, UnitStatus
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.unit import Unit, with_status


@dataclass(frozen=True, slots=True)
class Begun:
    """What a crew began by itself: where, since when, and by what means it was told (自行处置)."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    occurred_at: datetime
    told_at: datetime
    source: StatusSource
    opening: OnViewOpening | None = None


def begin(unit: Unit, begun: Begun) -> tuple[Assignment, Unit, OnViewed, UnitStatusChanged]:
    """The assignment on scene under a new fence, the unit that is there, and both facts."""
    fence = unit.fence + 1
    one = Assignment(
        begun.assignment_id, unit.id, begun.incident_id, fence, AssignmentStatus.ON_SCENE, 1,
        dispatched_at=begun.told_at, acknowledge_by=begun.told_at,
        steps={AssignmentStatus.ON_SCENE.value: begun.occurred_at}, is_on_view=True,
    )  # fmt: skip
    changed, status = with_status(
        replace(unit, fence=fence, last_sent_at=begun.told_at),
        UnitStatus.ON_SCENE,
        at=begun.occurred_at,
        source=begun.source,
        incident_id=begun.incident_id,
        assignment_id=begun.assignment_id,
    )
    told = OnViewed(
        begun.incident_id, begun.assignment_id, unit.id, fence, begun.occurred_at, begun.told_at,
        begun.source, begun.opening,
    )  # fmt: skip
    return one, changed, told, status
