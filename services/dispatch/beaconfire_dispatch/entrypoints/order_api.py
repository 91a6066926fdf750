"""Dispatch's routes for orders: what is recommended, who is sent, which assignments there are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from beaconfire_contracts.ids import AssignmentId, RecommendationId, UnitId
from beaconfire_contracts.refusals import Invalid, NotFound
from beaconfire_dispatch.application import order_units
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.application.queries import UnitView
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.entrypoints.admitting import (
    admitted_assignment,
    admitted_demand,
    bounds_of,
    demand_resource,
    unit_resource,
)
from beaconfire_dispatch.entrypoints.schemas import (
    AssignmentOut,
    AssignmentPage,
    AssignmentsAsked,
    DispatchIn,
    OrderOut,
    RecommendationOut,
)
from beaconfire_dispatch.entrypoints.shapes import assignment_out, recommendation_out
from beaconfire_dispatch.entrypoints.turned import turning_of
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute


class UnknownUnit(Invalid):
    """There is no such unit."""


class UnknownRecommendation(Invalid):
    """Nothing was recommended for this incident under this id."""


def order_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """Recommendations and orders."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/incidents/{incident_id}/recommendation")
    async def get_recommendation(
        call: Annotated[Call, edge.needs("recommendation.read")], incident_id: Id
    ) -> RecommendationOut:
        """Who should go, how long they need in what parts, who else was considered and why not."""
        demand = await admitted_demand(edge, desk, call, incident_id)
        advice = await desk.views.advice(demand.incident_id)
        return recommendation_out(demand, advice, clock.now())

    @router.post("/v1/incidents/{incident_id}/dispatch", status_code=201, response_model=OrderOut)
    async def post_dispatch(
        call: Annotated[Call, edge.needs("order.give")], incident_id: Id, body: DispatchIn
    ) -> Response:
        """Order units: all of them or none; a unit that is on another incident names its holder."""
        demand = await admitted_demand(edge, desk, call, incident_id)
        views = await units_asked(edge, desk, call, body.unit_ids)
        await _expect_recommended(desk, demand, body)
        turned = await turning_of(edge, desk, call, demand, body)
        command = order_units.OrderUnits(
            incident_id=demand.incident_id,
            assignment_ids={one.unit.id: AssignmentId(new_id()) for one in views},
            eta_at=arrivals(desk, demand, views, clock),
            recommendation_id=_named(body),
            leaving=turned.leaving,
        )
        call_signs = {one.unit.id: one.unit.call_sign for one in views}

        async def run(tx: Tx) -> Answer:
            demands = desk.demands(tx)
            if await demands.get(demand.incident_id) is None:
                await demands.save(demand)
            ordered = await order_units.order_units(
                command,
                units=desk.units(tx),
                assignments=desk.assignments(tx),
                demands=demands,
                policies=desk.policies(tx),
                facts=tx,
                now=clock.now(),
            )
            await turned.stand_down(desk, tx, clock.now())
            told = [assignment_out(one, call_signs[one.unit_id]) for one in ordered]
            return Answer(201, OrderOut(assignments=told))

        answer = await edge.command(
            call,
            run,
            keys=(*order_units.keys(command), *turned.keys),
            resource=demand_resource(demand),
            object_id=incident_id,
        )
        desk.wake()
        return answer

    return router


def assignment_routes(edge: Edge, desk: Desk) -> APIRouter:
    """Assignments as they stand."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/assignments")
    async def get_assignments(
        call: Annotated[Call, edge.needs("assignment.read")],
        asked: Annotated[AssignmentsAsked, Query()],
    ) -> AssignmentPage:
        """The assignments that you may see, in the order in which they were given."""
        page = await desk.views.assignments(
            bounds_of(call),
            unit_id=asked.unit_id,
            incident_id=asked.incident_id,
            is_open=None if asked.state is None else asked.state == "open",
            after=asked.cursor or "",
            limit=asked.limit + 1,
        )
        shown = page[: asked.limit]
        on_it = await desk.views.companions(
            one.assignment.incident_id for one in shown if not one.assignment.has_ended
        )
        return AssignmentPage(
            items=[
                assignment_out(
                    one.assignment,
                    one.call_sign,
                    on_it.get(one.assignment.incident_id, ()),
                    one.destination,
                )
                for one in shown
            ],
            next=shown[-1].assignment.id if len(page) > asked.limit else None,
        )

    @router.get("/v1/assignments/{assignment_id}")
    async def get_assignment(
        call: Annotated[Call, edge.needs("assignment.read")], assignment_id: Id
    ) -> AssignmentOut:
        """One assignment."""
        view = await admitted_assignment(edge, desk, call, assignment_id)
        told = view.destination
        return assignment_out(view.assignment, view.call_sign, destination=told)

    return router


async def units_asked(
    edge: Edge, desk: Desk, call: Call, unit_ids: Sequence[str]
) -> list[UnitView]:
    """The units that are asked for; the caller may order each of them."""
    if len(set(unit_ids)) != len(unit_ids):
        raise order_units.SameUnitTwice(pointer="/unit_ids")
    found: list[UnitView] = []
    for place, unit_id in enumerate(unit_ids):
        view = await desk.views.unit(UnitId(unit_id))
        if view is None:
            raise UnknownUnit(pointer=f"/unit_ids/{place}")
        try:
            edge.permit(call, unit_resource(view))
        except NotFound:
            raise UnknownUnit(pointer=f"/unit_ids/{place}") from None
        found.append(view)
    return found


async def _expect_recommended(desk: Desk, demand: Demand, body: DispatchIn) -> None:
    """What an order says it followed must have been said of this incident."""
    named = body.recommendation_id
    if named is not None and not await desk.views.was_recommended(demand.incident_id, named):
        raise UnknownRecommendation(pointer="/recommendation_id")


def _named(body: DispatchIn) -> RecommendationId | None:
    named = body.recommendation_id
    return None if named is None else RecommendationId(named)


def arrivals(
    desk: Desk, demand: Demand, views: Sequence[UnitView], clock: Clock
) -> dict[UnitId, datetime]:
    """When each would be there if it were ordered now; without whom no road leads there."""
    if demand.point is None:
        return {}
    now = clock.now()
    seconds = desk.ways.travel_s(views, demand.point)
    return {
        view.unit.id: now + timedelta(seconds=needed)
        for view, needed in zip(views, seconds, strict=True)
        if needed is not None
    }
