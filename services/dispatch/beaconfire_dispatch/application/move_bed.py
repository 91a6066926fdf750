"""Move a kept bed to where the crew says that it drives: what they do counts, not what was said."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.casualties import DestinationProposed, DestinationReleased
from beaconfire_contracts.ids import HospitalId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.bed_ports import Beds, Kept
from beaconfire_dispatch.application.ports import Demands, Facts, scope_of
from beaconfire_dispatch.domain.assignment import Assignment


@dataclass(frozen=True, slots=True)
class MoveBed:
    """The assignment, and the hospital that its crew drives to."""

    assignment: Assignment
    hospital_id: HospitalId


def keys(command: MoveBed) -> tuple[LockKey, ...]:
    """The incident and the unit."""
    one = command.assignment
    return (aggregate(one.incident_id), aggregate(one.unit_id))


async def move_bed(
    command: MoveBed, *, beds: Beds, demands: Demands, facts: Facts, now: datetime
) -> Kept | None:
    """The bed that is kept from now on: at the other hospital, or none where that has none left.

    The crew drives there all the same; nothing happens where none was kept.
    """
    one, goal = command.assignment, command.hospital_id
    before = await beds.of(one.id)
    if before is None or before.hospital_id == goal:
        return before
    await beds.hold((before.hospital_id, goal))
    await beds.release(before, is_handed_over=False)
    after = Kept(one.id, goal)
    scope = scope_of(await demands.get(one.incident_id))
    if await beds.keep(after, now):
        told = DestinationProposed(one.incident_id, one.id, one.unit_id, goal, None, now)
        await facts.tell(told, scope=scope)
        return after
    gone = DestinationReleased(
        one.incident_id, one.id, one.unit_id, before.hospital_id, is_handed_over=False,
        released_at=now,
    )  # fmt: skip
    await facts.tell(gone, scope=scope)
    return None
