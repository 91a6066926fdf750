"""Dispatch's routes for mutual aid: a neighbour or the level above is asked, and answers."""

from dataclasses import replace
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from beaconfire_contracts.ids import AidId, AssignmentId, BodyId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.application import accept_aid, close_aid, request_aid
from beaconfire_dispatch.application.desk import AidDesk, Desk
from beaconfire_dispatch.application.queries import AidView
from beaconfire_dispatch.domain.aid import Aid
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.entrypoints.admitting import (
    admitted_demand,
    bounds_of,
    demand_resource,
    known_demand,
)
from beaconfire_dispatch.entrypoints.aid_schemas import (
    AidAcceptIn,
    AidGivenOut,
    AidIn,
    AidOut,
    AidPage,
    AidReasonIn,
    AidsAsked,
)
from beaconfire_dispatch.entrypoints.order_api import arrivals, units_asked
from beaconfire_dispatch.entrypoints.shapes import assignment_out
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute


def aid_routes(edge: Edge, desk: Desk, aid: AidDesk, clock: Clock) -> APIRouter:
    """Asking for aid."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/aid")
    async def get_aid(
        call: Annotated[Call, edge.needs("aid.read")], asked: Annotated[AidsAsked, Query()]
    ) -> AidPage:
        """The requests that you may see: of your incidents, and those that your body is asked."""
        page = await aid.views.aids(
            bounds_of(call),
            incident_id=asked.incident_id,
            is_asked=None if asked.state is None else asked.state == "asked",
            after=asked.cursor or "",
            limit=asked.limit + 1,
        )
        shown = page[: asked.limit]
        return AidPage(
            items=[aid_out(one.aid) for one in shown],
            next=shown[-1].aid.id if len(page) > asked.limit else None,
        )

    @router.post("/v1/incidents/{incident_id}/aid", status_code=201, response_model=AidOut)
    async def post_aid(
        call: Annotated[Call, edge.needs("aid.request")], incident_id: Id, body: AidIn
    ) -> Response:
        """Ask another body for units: by default the nearest neighbour for what is short.

        Whoever declines or does not answer in time is followed by the next, then the level above.
        """
        demand = await admitted_demand(edge, desk, call, incident_id)
        command = request_aid.RequestAid(
            AidId(new_id()), demand.incident_id, _asking(demand, call),
            await _needs(desk, demand, body), None if body.body is None else BodyId(body.body),
            body.within_s,
        )  # fmt: skip

        async def run(tx: Tx) -> Answer:
            helping = aid.helping(tx)
            if await helping.demands.get(demand.incident_id) is None:
                await helping.demands.save(demand)
            asked = await request_aid.request_aid(command, helping=helping, now=clock.now())
            return Answer(201, aid_out(asked), asked.id)

        return await edge.command(
            call, run, keys=request_aid.keys(command), resource=demand_resource(demand)
        )

    @router.post("/v1/aid/{aid_id}/withdraw", response_model=AidOut)
    async def post_withdrawn(
        call: Annotated[Call, edge.needs("aid.request")], aid_id: Id, body: AidReasonIn
    ) -> Response:
        """Whoever asked needs nobody any more; nobody else is asked."""
        view = await _known(aid, aid_id)
        demand = await known_demand(desk, view.aid.incident_id)
        edge.permit(call, demand_resource(demand))
        command = _closing(view, AidState.WITHDRAWN, body)
        return await _close(edge, aid, call, command, demand_resource(demand), clock)

    return router


def aid_answer_routes(edge: Edge, desk: Desk, aid: AidDesk, clock: Clock) -> APIRouter:
    """Answering a request for aid."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.post("/v1/aid/{aid_id}/accept", response_model=AidGivenOut)
    async def post_accepted(
        call: Annotated[Call, edge.needs("aid.answer")], aid_id: Id, body: AidAcceptIn
    ) -> Response:
        """Give units: they are ordered at once, all of them or none, and stay your body's own."""
        view = await _known(aid, aid_id)
        edge.permit(call, aid_resource(view))
        units = await units_asked(edge, desk, replace(call, action="order.give"), body.unit_ids)
        demand = await known_demand(desk, view.aid.incident_id)
        command = accept_aid.AcceptAid(
            view.aid.id, view.aid.incident_id,
            {one.unit.id: AssignmentId(new_id()) for one in units},
            arrivals(desk, demand, units, clock),
        )  # fmt: skip
        signs = {one.unit.id: one.unit.call_sign for one in units}

        async def run(tx: Tx) -> Answer:
            helping = aid.helping(tx)
            ordered = await accept_aid.accept_aid(
                command, helping=helping, units=desk.units(tx), assignments=desk.assignments(tx),
                policies=desk.policies(tx), now=clock.now(),
            )  # fmt: skip
            given = AidGivenOut(
                aid=aid_out(await helping.aids.get(command.aid_id)),
                assignments=[assignment_out(one, signs[one.unit_id]) for one in ordered],
            )
            return Answer(200, given)

        answer = await edge.command(
            call, run, keys=accept_aid.keys(command), resource=aid_resource(view), object_id=aid_id
        )
        desk.wake()
        return answer

    @router.post("/v1/aid/{aid_id}/decline", response_model=AidOut)
    async def post_declined(
        call: Annotated[Call, edge.needs("aid.answer")], aid_id: Id, body: AidReasonIn
    ) -> Response:
        """Give none, and say why; the next is asked at once."""
        view = await _known(aid, aid_id)
        edge.permit(call, aid_resource(view))
        command = _closing(view, AidState.DECLINED, body)
        return await _close(edge, aid, call, command, aid_resource(view), clock)

    return router


def aid_resource(view: AidView) -> Resource:
    """What a decision on an answer looks at: the body that is asked."""
    return Resource(path=view.division, owner=str(view.aid.body))


def aid_out(one: Aid) -> AidOut:
    """A request."""
    return AidOut(
        id=one.id,
        root_id=one.root_id,
        incident_id=one.incident_id,
        body=one.body,
        for_body=one.for_body,
        needs=[msgspec.to_builtins(need) for need in one.needs],
        state=one.state,
        asked_at=one.asked_at,
        due_at=one.due_at,
        reason=one.reason,
        version=one.version,
    )


async def _known(aid: AidDesk, aid_id: str) -> AidView:
    view = await aid.views.aid(AidId(aid_id))
    if view is None:
        raise NotFound
    return view


def _closing(view: AidView, state: AidState, body: AidReasonIn) -> close_aid.CloseAid:
    return close_aid.CloseAid(view.aid.id, view.aid.incident_id, state, body.reason)


async def _close(
    edge: Edge,
    aid: AidDesk,
    call: Call,
    command: close_aid.CloseAid,
    resource: Resource,
    clock: Clock,
) -> Response:
    async def run(tx: Tx) -> Answer:
        after = await close_aid.close_aid(command, helping=aid.helping(tx), now=clock.now())
        return Answer(200, aid_out(after))

    return await edge.command(
        call, run, keys=close_aid.keys(command), resource=resource, object_id=command.aid_id
    )


def _asking(demand: Demand, call: Call) -> BodyId:
    """Who answers for the file asks; while nobody is known to, the caller's own body."""
    return BodyId(demand.owner or call.subject.bodies[0])


async def _needs(desk: Desk, demand: Demand, body: AidIn) -> tuple[Need, ...]:
    if body.needs is not None:
        return tuple(Need(one.capability, one.count) for one in body.needs)
    advice = await desk.views.advice(demand.incident_id)
    short = [] if advice is None else advice.answer.get("short", [])
    return msgspec.convert(short, tuple[Need, ...])
