"""Dispatch's routes for steps: what crews and desks tell of assignments, units and tasks."""

from typing import Annotated

from fastapi import APIRouter, Response

from beaconfire_contracts.ids import HospitalId, IncidentId
from beaconfire_contracts.refusals import Invalid
from beaconfire_contracts.vocabulary import AssignmentStatus as S
from beaconfire_dispatch.application import change_unit_status, move_bed, step_assignment
from beaconfire_dispatch.application.desk import BedDesk, Desk
from beaconfire_dispatch.domain.assignment import Assignment, Step
from beaconfire_dispatch.domain.recall import OrderWentOut
from beaconfire_dispatch.entrypoints.admitting import (
    admitted_assignment,
    admitted_unit,
    assignment_resource,
    expect_fence,
    told_for,
    unit_resource,
)
from beaconfire_dispatch.entrypoints.schemas import (
    AssignmentOut,
    ReasonedStepIn,
    StepIn,
    TransportIn,
    UnitOut,
    UnitStatusIn,
)
from beaconfire_dispatch.entrypoints.shapes import assignment_out, unit_out
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.moments import occurred
from beaconfire_platform.web.strict_json import StrictRoute

PLAIN_STEPS = {
    "acknowledge": S.ACKNOWLEDGED,
    "en-route": S.EN_ROUTE,
    "on-scene": S.ON_SCENE,
    "at-hospital": S.AT_HOSPITAL,
    "clear": S.CLEARED,
}
"""The last part of the path, and the step that it tells."""


class UnknownHospital(Invalid):
    """There is no such hospital."""


def step_routes(edge: Edge, desk: Desk, beds: BedDesk, clock: Clock) -> APIRouter:
    """An assignment goes a step on."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])
    tell = _Teller(edge, desk, beds, clock)
    for verb, status in PLAIN_STEPS.items():
        router.add_api_route(
            f"/v1/assignments/{{assignment_id}}/{verb}",
            _plain(edge, tell, status),
            methods=["POST"],
            response_model=AssignmentOut,
            name=f"post_{status.value}",
        )

    @router.post("/v1/assignments/{assignment_id}/transport", response_model=AssignmentOut)
    async def post_transporting(
        call: Annotated[Call, edge.needs("assignment.move")], assignment_id: Id, body: TransportIn
    ) -> Response:
        """Somebody is taken to a hospital; a bed that was kept elsewhere moves there, if it can."""
        hospital = await _hospital(desk, body)
        return await tell(call, assignment_id, body, S.TRANSPORTING, hospital_id=hospital)

    @router.post("/v1/assignments/{assignment_id}/refuse", response_model=AssignmentOut)
    async def post_refused(
        call: Annotated[Call, edge.needs("assignment.move")],
        assignment_id: Id,
        body: ReasonedStepIn,
    ) -> Response:
        """The crew cannot take the order."""
        return await tell(call, assignment_id, body, S.REFUSED, reason=body.reason)

    @router.post("/v1/assignments/{assignment_id}/cancel", response_model=AssignmentOut)
    async def post_cancelled(
        call: Annotated[Call, edge.needs("assignment.cancel")],
        assignment_id: Id,
        body: ReasonedStepIn,
    ) -> Response:
        """The desk undoes the order while nobody can have heard of it; afterwards it recalls it."""
        return await tell(call, assignment_id, body, S.CANCELLED, reason=body.reason)

    return router


def unit_step_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """What a crew or a desk tells of a unit itself."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.post("/v1/units/{unit_id}/status", response_model=UnitOut)
    async def post_status(
        call: Annotated[Call, edge.needs("unit.status")], unit_id: Id, body: UnitStatusIn
    ) -> Response:
        """In service, returning, out of service with a reason, staging, at the patient."""
        view = await admitted_unit(edge, desk, call, unit_id)
        occurred_at = occurred(body.occurred_at, clock)
        call = told_for(call, unit_id, occurred_at)
        command = change_unit_status.ChangeUnitStatus(
            view.unit.id,
            body.status,
            occurred_at,
            body.source,
            body.reason,
            None if view.incident_id is None else IncidentId(view.incident_id),
        )

        async def run(tx: Tx) -> Answer:
            unit = await change_unit_status.change_unit_status(
                command,
                units=desk.units(tx),
                assignments=desk.assignments(tx),
                demands=desk.demands(tx),
                facts=tx,
            )
            holder = await desk.assignments(tx).open_of_unit(unit.id)
            on = (None, None) if holder is None else (holder.incident_id, holder.id)
            changed = type(view)(unit, view.station, *on)
            return Answer(200, unit_out(changed, desk.ways.seen(view)))

        answer = await edge.command(
            call,
            run,
            keys=change_unit_status.keys(command),
            resource=unit_resource(view),
            object_id=unit_id,
        )
        desk.wake()
        return answer

    return router


async def _hospital(desk: Desk, body: TransportIn) -> HospitalId | None:
    if body.hospital_id is None:
        return None
    named = HospitalId(body.hospital_id)
    if all(one.hospital_id != named for one in await desk.views.hospitals()):
        raise UnknownHospital(pointer="/hospital_id")
    return named


def _expect_undoable(one: Assignment) -> None:
    """OrderWentOut once somebody may be on the way; what has ended says so itself."""
    if not one.has_ended:
        raise OrderWentOut(assignment_status=one.status.value)


class _Teller:
    """Tells one step of one assignment; all the routes above end here."""

    def __init__(self, edge: Edge, desk: Desk, beds: BedDesk, clock: Clock) -> None:
        self._edge = edge
        self._desk = desk
        self._beds = beds
        self._clock = clock

    async def __call__(
        self,
        call: Call,
        assignment_id: str,
        body: StepIn,
        status: S,
        *,
        reason: str | None = None,
        hospital_id: HospitalId | None = None,
    ) -> Response:
        desk = self._desk
        view = await admitted_assignment(self._edge, desk, call, assignment_id)
        expect_fence(call.subject, body.fence)
        told_at = self._clock.now()
        occurred_at = occurred(body.occurred_at, self._clock)
        call = told_for(call, str(view.assignment.unit_id), occurred_at)
        step = Step(status, occurred_at, body.source, reason, hospital_id, told_at)
        one = view.assignment
        command = step_assignment.StepAssignment(
            one.id, one.incident_id, one.unit_id, step, body.fence, body.version
        )

        async def run(tx: Tx) -> Answer:
            assignments = desk.assignments(tx)
            before = await assignments.get(one.id)
            if status is S.CANCELLED and await assignments.has_gone_out(one.id):
                _expect_undoable(before)
            after = await step_assignment.step_assignment(
                command,
                units=desk.units(tx),
                assignments=assignments,
                demands=desk.demands(tx),
                facts=tx,
            )
            if hospital_id is not None and after != before:
                await self._move_bed(tx, move_bed.MoveBed(after, hospital_id))
            return Answer(200, assignment_out(after, view.call_sign))

        answer = await self._edge.command(
            call,
            run,
            keys=step_assignment.keys(command),
            resource=assignment_resource(view),
            object_id=assignment_id,
        )
        desk.wake()
        return answer

    async def _move_bed(self, tx: Tx, command: move_bed.MoveBed) -> None:
        await move_bed.move_bed(
            command,
            beds=self._beds.beds(tx),
            demands=self._desk.demands(tx),
            facts=tx,
            now=self._clock.now(),
        )


def _plain(edge: Edge, tell: _Teller, status: S):  # noqa: ANN202  (a route's own type)
    async def post_step(
        call: Annotated[Call, edge.needs("assignment.move")], assignment_id: Id, body: StepIn
    ) -> Response:
        return await tell(call, assignment_id, body, status)

    post_step.__doc__ = f"The crew says, or a desk for it: {status.value.replace('_', ' ')}."
    return post_step
