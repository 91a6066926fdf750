"""Release a bed: its patient was handed over, or the unit carries nobody there any more."""

from datetime import datetime

from beaconfire_contracts.facts.casualties import DestinationReleased
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus
from beaconfire_dispatch.application.bed_ports import Beds, Kept
from beaconfire_dispatch.application.ports import Assignments, Demands, Facts, scope_of
from beaconfire_dispatch.domain.assignment import Assignment


def keys(seen: Assignment) -> tuple[LockKey, ...]:
    """The incident and the unit."""
    return (aggregate(seen.incident_id), aggregate(seen.unit_id))


async def release_bed(
    seen: Assignment,
    *,
    assignments: Assignments,
    beds: Beds,
    demands: Demands,
    facts: Facts,
    now: datetime,
) -> bool:
    """Look again under the locks; whether it was released, once."""
    one = await assignments.get(seen.id)
    kept: Kept | None = await beds.of(one.id)
    if kept is None or not one.has_ended or one.incident_id != seen.incident_id:
        return False
    is_handed_over = AssignmentStatus.AT_HOSPITAL.value in one.steps
    await beds.release(kept, is_handed_over=is_handed_over)
    told = DestinationReleased(
        one.incident_id, one.id, one.unit_id, kept.hospital_id, is_handed_over, now
    )
    await facts.tell(told, scope=scope_of(await demands.get(one.incident_id)))
    return True
