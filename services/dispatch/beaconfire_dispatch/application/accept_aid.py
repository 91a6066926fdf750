"""Give units to whoever asked for aid: ordered at once, all or none; they stay their own body's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.ids import AidId, AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.application.aid_ports import Helping
from beaconfire_dispatch.application.order_units import OrderUnits, order_units
from beaconfire_dispatch.application.ports import Assignments, Policies, Units, scope_of
from beaconfire_dispatch.domain.aid import answered
from beaconfire_dispatch.domain.assignment import Assignment


@dataclass(frozen=True, slots=True)
class AcceptAid:
    """Which request, and the units that are given with the assignments that they would get."""

    aid_id: AidId
    incident_id: IncidentId
    assignment_ids: Mapping[UnitId, AssignmentId]
    eta_at: Mapping[UnitId, datetime]


def keys(command: AcceptAid) -> tuple[LockKey, ...]:
    """The incident, and every unit that is given."""
    return (aggregate(command.incident_id), *(aggregate(one) for one in command.assignment_ids))


async def accept_aid(
    command: AcceptAid,
    *,
    helping: Helping,
    units: Units,
    assignments: Assignments,
    policies: Policies,
    now: datetime,
) -> list[Assignment]:
    """Order them and tell it; AidOver when it was answered already, and nobody goes then."""
    before = await helping.aids.get(command.aid_id)
    given = tuple(command.assignment_ids)
    after, told = answered(before, AidState.ACCEPTED, at=now, unit_ids=given)
    order = OrderUnits(command.incident_id, command.assignment_ids, command.eta_at, None)
    ordered = await order_units(
        order, units=units, assignments=assignments, demands=helping.demands, policies=policies,
        facts=helping.facts, now=now,
    )  # fmt: skip
    await helping.aids.save(after)
    await helping.aids.give(after, [one.id for one in ordered])
    demand = await helping.demands.get(command.incident_id)
    await helping.facts.tell(told, scope=scope_of(demand))
    return ordered
