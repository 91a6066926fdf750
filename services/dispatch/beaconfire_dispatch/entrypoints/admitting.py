"""Who may do what to which unit, assignment and task, and how far a caller's lists reach."""

from dataclasses import replace
from datetime import datetime

from beaconfire_contracts.ids import AssignmentId, IncidentId, TaskId, UnitId
from beaconfire_contracts.refusals import Invalid, NotFound
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.application.queries import AssignmentView, Bounds, TaskView, UnitView
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_platform.access.allow import RULES, reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.access.subject import NOWHERE, Resource, Subject
from beaconfire_platform.web.edge import Call, Edge


class FenceMissing(Invalid):
    """A crew names the fence of its order, so that a superseded one cannot speak."""


def unit_resource(view: UnitView) -> Resource:
    """What a decision on a unit looks at."""
    return Resource(
        path=view.unit.division, owner=str(view.unit.body), unit_ids=frozenset({str(view.unit.id)})
    )


def demand_resource(demand: Demand) -> Resource:
    """What a decision on an incident's answer looks at."""
    return Resource(path=demand.whereabouts, owner=demand.owner, participants=demand.participants)


def assignment_resource(view: AssignmentView) -> Resource:
    """What a decision on an assignment looks at: its incident, and whose unit it is."""
    demand = view.demand
    return Resource(
        path=None if demand is None else demand.whereabouts,
        owner=None if demand is None else demand.owner,
        participants=frozenset({view.body}) | (demand.participants if demand else frozenset()),
        unit_ids=frozenset({str(view.assignment.unit_id)}),
    )


def task_resource(view: TaskView) -> Resource:
    """What a decision on a task looks at: its incident, and who was asked."""
    known, person, body = view.demand, view.task.person_id, view.task.body
    asked = frozenset() if body is None else frozenset({str(body)})
    return Resource(
        path=None if known is None else known.whereabouts,
        owner=None if known is None else known.owner,
        participants=asked if known is None else asked | known.participants,
        person_ids=frozenset() if person is None else frozenset({str(person)}),
    )


async def admitted_unit(edge: Edge, desk: Desk, call: Call, unit_id: str) -> UnitView:
    """The unit, when the caller may do what they ask to it."""
    view = await desk.views.unit(UnitId(unit_id))
    if view is None:
        raise NotFound
    edge.permit(call, unit_resource(view))
    return view


async def admitted_assignment(edge: Edge, desk: Desk, call: Call, name: str) -> AssignmentView:
    """The assignment, when the caller may do what they ask to it."""
    view = await desk.views.assignment(AssignmentId(name))
    if view is None:
        raise NotFound
    edge.permit(call, assignment_resource(view))
    return view


async def admitted_task(edge: Edge, desk: Desk, call: Call, task_id: str) -> TaskView:
    """The task, when the caller may do what they ask to it."""
    view = await desk.views.task(TaskId(task_id))
    if view is None:
        raise NotFound
    edge.permit(call, task_resource(view))
    return view


async def admitted_demand(edge: Edge, desk: Desk, call: Call, incident_id: str) -> Demand:
    """The incident's answer, when the caller may do what they ask to it."""
    demand = await known_demand(desk, incident_id)
    edge.permit(call, demand_resource(demand))
    return demand


async def known_demand(desk: Desk, incident_id: str) -> Demand:
    """The incident's answer, read from incident where dispatch has not heard of it yet."""
    name = IncidentId(incident_id)
    demand = await desk.views.demand(name)
    if demand is None or demand.opened_at is None:
        demand = await desk.incidents.read(name)
    if demand is None:
        raise NotFound
    return demand


async def everywhere(edge: Edge, desk: Desk, call: Call) -> Resource:
    """What holds for everywhere: whoever says it answers for every station."""
    divisions = sorted({one.division for one in await desk.views.stations()})
    resources = [Resource(path=division) for division in divisions] or [NOWHERE]
    for resource in resources:
        edge.permit(call, resource)
    return resources[0]


def told_for(call: Call, whose: str | None, occurred_at: datetime | None = None) -> Call:
    """The call as it stands in facts and audit: for whom somebody else speaks, when it happened."""
    units = {str(grant.unit_id) for grant in call.subject.grants if grant.unit_id is not None}
    is_own = whose is None or whose in units or whose == call.subject.id
    return replace(call, on_behalf_of=None if is_own else whose, occurred_at=occurred_at)


def bounds_of(call: Call) -> Bounds:
    """How far the caller's lists reach."""
    return bounds(reach(call.subject, call.action))


def expect_fence(subject: Subject, fence: int | None) -> None:
    """A crew, which may act on its own assignments only, must name its order's fence."""
    rules = {RULES[grant.role].get("assignment.move") for grant in subject.grants}
    if fence is None and "area" not in rules:
        raise FenceMissing(pointer="/fence")
