"""Dispatch's routes for an order's life beyond its steps: recalled, and the recall heard."""

from typing import Annotated

from fastapi import APIRouter, Response

from beaconfire_dispatch.application import acknowledge_recall, recall_assignment
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.entrypoints.admitting import (
    admitted_assignment,
    assignment_resource,
    expect_fence,
    told_for,
)
from beaconfire_dispatch.entrypoints.life_schemas import RecallIn
from beaconfire_dispatch.entrypoints.schemas import AssignmentOut, StepIn
from beaconfire_dispatch.entrypoints.shapes import assignment_out
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.moments import occurred
from beaconfire_platform.web.strict_json import StrictRoute


def recall_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """An order is called back, until its crew says that it heard."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.post("/v1/assignments/{assignment_id}/recall", response_model=AssignmentOut)
    async def post_recall(
        call: Annotated[Call, edge.needs("assignment.recall")], assignment_id: Id, body: RecallIn
    ) -> Response:
        """Call a crew back: undone at once while it cannot have heard, else until it says so."""
        view = await admitted_assignment(edge, desk, call, assignment_id)
        one = view.assignment
        command = recall_assignment.RecallAssignment(
            one.id, one.incident_id, one.unit_id, body.reason, body.source, body.version
        )

        async def run(tx: Tx) -> Answer:
            after = await recall_assignment.recall_assignment(
                command,
                units=desk.units(tx),
                assignments=desk.assignments(tx),
                demands=desk.demands(tx),
                policies=desk.policies(tx),
                deadlines=desk.deadlines(tx),
                facts=tx,
                now=clock.now(),
            )
            return Answer(200, assignment_out(after, view.call_sign))

        answer = await edge.command(
            call,
            run,
            keys=recall_assignment.keys(command),
            resource=assignment_resource(view),
            object_id=assignment_id,
        )
        desk.wake()
        return answer

    return router


def recall_heard_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """The crew heard that it is called back."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.post("/v1/assignments/{assignment_id}/acknowledge-recall", response_model=AssignmentOut)
    async def post_recall_acknowledged(
        call: Annotated[Call, edge.needs("assignment.move")], assignment_id: Id, body: StepIn
    ) -> Response:
        """The crew says, or a desk for it: we heard that we are called back."""
        view = await admitted_assignment(edge, desk, call, assignment_id)
        expect_fence(call.subject, body.fence)
        occurred_at = occurred(body.occurred_at, clock)
        call = told_for(call, str(view.assignment.unit_id), occurred_at)
        one = view.assignment
        command = acknowledge_recall.AcknowledgeRecall(
            one.id, one.incident_id, one.unit_id, occurred_at, body.source, body.fence,
            body.version, clock.now(),
        )  # fmt: skip

        async def run(tx: Tx) -> Answer:
            after = await acknowledge_recall.acknowledge_recall(
                command,
                units=desk.units(tx),
                assignments=desk.assignments(tx),
                demands=desk.demands(tx),
                facts=tx,
            )
            return Answer(200, assignment_out(after, view.call_sign))

        answer = await edge.command(
            call,
            run,
            keys=acknowledge_recall.keys(command),
            resource=assignment_resource(view),
            object_id=assignment_id,
        )
        desk.wake()
        return answer

    return router
