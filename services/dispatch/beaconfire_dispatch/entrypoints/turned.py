"""Whose crews turn round by an order: those that its units leave, and those that it stands down."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.ids import AssignmentId, IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Invalid, NotFound
from beaconfire_contracts.vocabulary import StatusSource
from beaconfire_dispatch.application import recall_assignment
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.recall import REPLACED
from beaconfire_dispatch.entrypoints.admitting import assignment_resource
from beaconfire_dispatch.entrypoints.schemas import DispatchIn
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Call, Edge


class UnknownAssignment(Invalid):
    """There is no such assignment."""


class OfAnotherUnit(Invalid):
    """A unit that leaves something is one of those that are ordered."""


class OfAnotherIncident(Invalid):
    """Who is stood down is on this incident, and not ordered to it in the same breath."""


@dataclass(frozen=True, slots=True)
class Turned:
    """The orders that end, or are called back, by one that is given."""

    leaving: Mapping[AssignmentId, IncidentId]
    standing_down: tuple[Assignment, ...]

    @property
    def keys(self) -> tuple[LockKey, ...]:
        """The units that are stood down; the others are the order's own."""
        return tuple(aggregate(one.unit_id) for one in self.standing_down)

    async def stand_down(self, desk: Desk, tx: Tx, now: datetime) -> None:
        """Call back whoever is replaced, in the order's own transaction."""
        for one in self.standing_down:
            await _stand_down(desk, tx, one, now)


async def turning_of(
    edge: Edge, desk: Desk, call: Call, demand: Demand, body: DispatchIn
) -> Turned:
    """What an order names of them; whoever may call those crews back may do it."""
    leaving = await _leaving(edge, desk, call, body)
    return Turned(
        {one.id: one.incident_id for one in leaving},
        tuple(await _standing_down(edge, desk, call, demand, body)),
    )


async def _leaving(edge: Edge, desk: Desk, call: Call, body: DispatchIn) -> list[Assignment]:
    """The orders that units are turned round from; whoever may call those crews back may do it."""
    found: list[Assignment] = []
    for place, name in enumerate(body.leaving):
        one = await _to_recall(edge, desk, call, name, f"/leaving/{place}")
        if one.unit_id not in body.unit_ids:
            raise OfAnotherUnit(pointer=f"/leaving/{place}")
        found.append(one)
    return found


async def _standing_down(
    edge: Edge, desk: Desk, call: Call, demand: Demand, body: DispatchIn
) -> list[Assignment]:
    """The orders of this incident whose crews are called back; those that ended need no word."""
    found: list[Assignment] = []
    for place, name in enumerate(body.standing_down):
        one = await _to_recall(edge, desk, call, name, f"/standing_down/{place}")
        if one.incident_id != demand.incident_id or one.unit_id in body.unit_ids:
            raise OfAnotherIncident(pointer=f"/standing_down/{place}")
        if not one.has_ended:
            found.append(one)
    return found


async def _to_recall(edge: Edge, desk: Desk, call: Call, name: str, pointer: str) -> Assignment:
    view = await desk.views.assignment(AssignmentId(name))
    if view is None:
        raise UnknownAssignment(pointer=pointer)
    try:
        edge.permit(replace(call, action="assignment.recall"), assignment_resource(view))
    except NotFound:
        raise UnknownAssignment(pointer=pointer) from None
    return view.assignment


async def _stand_down(desk: Desk, tx: Tx, one: Assignment, now: datetime) -> None:
    command = recall_assignment.RecallAssignment(
        one.id, one.incident_id, one.unit_id, REPLACED, StatusSource.SEAT
    )
    await recall_assignment.recall_assignment(
        command,
        units=desk.units(tx),
        assignments=desk.assignments(tx),
        demands=desk.demands(tx),
        policies=desk.policies(tx),
        deadlines=desk.deadlines(tx),
        facts=tx,
        now=now,
    )
