"""Propose a destination: the nearest hospital with a bed left, and the bed is kept for the unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.casualties import DestinationProposed
from beaconfire_contracts.ids import AssignmentId, HospitalId, IncidentId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_dispatch.application.bed_ports import Beds, Kept
from beaconfire_dispatch.application.ports import Assignments, Demands, Facts, scope_of
from beaconfire_dispatch.application.step_assignment import AssignmentMoved
from beaconfire_dispatch.domain.assignment import AssignmentEnded


class NoBedLeft(Conflict):
    """No hospital that was considered has a bed left: ask them anew, or name one by hand."""


@dataclass(frozen=True, slots=True)
class Way:
    """A hospital and how long the unit needs there; None where no road is known."""

    hospital_id: HospitalId
    travel_time_s: float | None


@dataclass(frozen=True, slots=True)
class ProposeDestination:
    """For which assignment, and the hospitals to be considered, the first first."""

    assignment_id: AssignmentId
    incident_id: IncidentId
    unit_id: UnitId
    ways: Sequence[Way]


def keys(command: ProposeDestination) -> tuple[LockKey, ...]:
    """The incident and the unit."""
    return (aggregate(command.incident_id), aggregate(command.unit_id))


async def propose_destination(
    command: ProposeDestination,
    *,
    assignments: Assignments,
    beds: Beds,
    demands: Demands,
    facts: Facts,
    now: datetime,
) -> DestinationProposed:
    """Keep the first bed that is to be had and tell it; a bed that was kept before is given up."""
    one = await assignments.get(command.assignment_id)
    if one.incident_id != command.incident_id:
        raise AssignmentMoved
    if one.has_ended:
        raise AssignmentEnded(assignment_status=one.status.value)
    before = await beds.of(one.id)
    if before is not None:
        await beds.hold((before.hospital_id, *(way.hospital_id for way in command.ways)))
        await beds.release(before, is_handed_over=False)
    for way in command.ways:
        if await beds.keep(Kept(one.id, way.hospital_id), now):
            told = DestinationProposed(
                one.incident_id, one.id, one.unit_id, way.hospital_id, way.travel_time_s, now
            )
            await facts.tell(told, scope=scope_of(await demands.get(one.incident_id)))
            return told
    raise NoBedLeft
