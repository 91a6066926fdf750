"""Dispatch's routes for a desk's word on a unit: kept for an incident, or not to be sent to it."""

from typing import Annotated

from fastapi import APIRouter, Response

from beaconfire_contracts.ids import UnitId
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.application.instruct_unit import instruct_unit, keys
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.instruction import Instruction, InstructionKind
from beaconfire_dispatch.entrypoints.admitting import (
    admitted_demand,
    admitted_unit,
    demand_resource,
)
from beaconfire_dispatch.entrypoints.instruction_schemas import (
    InstructionIn,
    InstructionOut,
    InstructionsOut,
)
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute


def instruction_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """What desks said of units."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/incidents/{incident_id}/instructions")
    async def get_instructions(
        call: Annotated[Call, edge.needs("recommendation.read")], incident_id: Id
    ) -> InstructionsOut:
        """Which units desks keep for the incident, and which are not to be sent to it."""
        demand = await admitted_demand(edge, desk, call, incident_id)
        found = await desk.views.instructions(demand.incident_id)
        return InstructionsOut(items=[_out(one) for one in found])

    @router.put("/v1/incidents/{incident_id}/instructions/{unit_id}", response_model=InstructionOut)
    async def put_instruction(
        call: Annotated[Call, edge.needs("unit.instruct")],
        incident_id: Id,
        unit_id: Id,
        body: InstructionIn,
    ) -> Response:
        """Keep a unit for the incident, or veto it there, until that is lifted or it was sent."""
        demand = await admitted_demand(edge, desk, call, incident_id)
        await admitted_unit(edge, desk, call, unit_id)
        given = _given(demand, unit_id, body, call, clock)

        async def run(tx: Tx) -> Answer:
            demands = desk.demands(tx)
            known = await demands.get(demand.incident_id)
            if known is None:
                await demands.save(demand)
            kept = await instruct_unit(given, known or demand, instructions=desk.instructions(tx))
            return Answer(200, _out(kept))

        answer = await edge.command(
            call, run, keys=keys(given), resource=demand_resource(demand), object_id=incident_id
        )
        desk.wake()
        return answer

    return router


def lifting_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """Desks take back what they said."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.delete(
        "/v1/incidents/{incident_id}/instructions/{unit_id}",
        status_code=204,
        response_class=Response,
    )
    async def delete_instruction(
        call: Annotated[Call, edge.needs("unit.instruct")], incident_id: Id, unit_id: Id
    ) -> Response:
        """Lift what was said of the unit; the engine decides again by itself."""
        demand = await admitted_demand(edge, desk, call, incident_id)
        word = InstructionIn(kind=InstructionKind.VETOED)
        given = _given(demand, unit_id, word, call, clock)

        async def run(tx: Tx) -> Answer:
            await desk.instructions(tx).lift(given.incident_id, given.unit_id)
            return Answer(204, None)

        await edge.command(
            call, run, keys=keys(given), resource=demand_resource(demand), object_id=incident_id
        )
        desk.wake()
        return Response(status_code=204)

    return router


def _given(
    demand: Demand, unit_id: str, word: InstructionIn, call: Call, clock: Clock
) -> Instruction:
    given_by, unit = call.subject.id, UnitId(unit_id)
    return Instruction(demand.incident_id, unit, word.kind, given_by, clock.now(), word.reason)


def _out(one: Instruction) -> InstructionOut:
    return InstructionOut(
        unit_id=str(one.unit_id),
        kind=one.kind,
        given_by=one.given_by,
        given_at=one.given_at,
        reason=one.reason,
    )
