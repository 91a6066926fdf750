"""Dispatch's route for a crew that begins by itself: incident and assignment in one."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Response

from beaconfire_contracts.facts.dispatch_life import OnViewOpening
from beaconfire_contracts.ids import AssignmentId, IncidentId, ReportId
from beaconfire_contracts.places import Point
from beaconfire_dispatch.application.begin_on_view import (
    BeginOnView,
    KnownAlready,
    begin_on_view,
    keys,
)
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.application.queries import UnitView
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.on_view import Begun
from beaconfire_dispatch.entrypoints.admitting import (
    admitted_unit,
    demand_resource,
    known_demand,
    told_for,
    unit_resource,
)
from beaconfire_dispatch.entrypoints.on_view_schemas import OnViewIn
from beaconfire_dispatch.entrypoints.schemas import AssignmentOut
from beaconfire_dispatch.entrypoints.shapes import assignment_out
from beaconfire_platform.access.allow import under
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.moments import occurred
from beaconfire_platform.web.strict_json import StrictRoute


def on_view_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """A crew comes upon something."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.post("/v1/units/{unit_id}/on-view", status_code=201, response_model=AssignmentOut)
    async def post_on_view(
        call: Annotated[Call, edge.needs("unit.on-view")], unit_id: Id, body: OnViewIn
    ) -> Response:
        """The crew stands at something and begins: on scene at once, opened if nobody knew of it.

        A unit that is on something else is refused with its holder: it is cleared first.
        """
        view = await admitted_unit(edge, desk, call, unit_id)
        demand = await _joined(edge, desk, call, view, body)
        occurred_at = occurred(body.occurred_at, clock)
        call = told_for(call, unit_id, occurred_at)
        begun = Begun(
            IncidentId(new_id()) if demand is None else demand.incident_id,
            AssignmentId(new_id()), occurred_at, clock.now(), body.source,
            _opening(desk, view, body) if demand is None else None,
        )  # fmt: skip
        command = BeginOnView(view.unit.id, begun)

        async def run(tx: Tx) -> Answer:
            demands = desk.demands(tx)
            if demand is not None and await demands.get(demand.incident_id) is None:
                await demands.save(demand)
            one = await begin_on_view(
                command,
                units=desk.units(tx),
                assignments=desk.assignments(tx),
                demands=demands,
                facts=tx,
            )
            return Answer(201, assignment_out(one, view.unit.call_sign))

        answer = await edge.command(
            call, run, keys=keys(command), resource=unit_resource(view), object_id=unit_id
        )
        desk.wake()
        return answer

    return router


async def _joined(
    edge: Edge, desk: Desk, call: Call, view: UnitView, body: OnViewIn
) -> Demand | None:
    """The incident that it joins; None where it opens one.

    A crew, whose rights are its own unit's, joins what its unit stands for; a desk what it sees.
    """
    if body.incident_id is None:
        return None
    if body.type is not None or body.position is not None:
        raise KnownAlready(pointer="/type" if body.position is None else "/position")
    demand = await known_demand(desk, body.incident_id)
    edge.permit(call, _resource(demand, view))
    return demand


def _resource(demand: Demand, view: UnitView) -> Resource:
    unit, seen = view.unit, demand_resource(demand)
    bodies = {demand.owner, *demand.participants}
    is_theirs = under(demand.whereabouts, unit.division) or str(unit.body) in bodies
    return replace(seen, unit_ids=frozenset({str(unit.id)} if is_theirs else ()))


def _opening(desk: Desk, view: UnitView, body: OnViewIn) -> OnViewOpening:
    told = body.position
    point = desk.ways.seen(view).point if told is None else Point(told.lon, told.lat)
    return OnViewOpening(ReportId(new_id()), view.unit.body, body.type, point)
