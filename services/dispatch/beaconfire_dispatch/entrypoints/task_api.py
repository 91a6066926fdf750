"""Dispatch's routes for grid workers' tasks: which there are, and what a worker tells of one."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.refusals import Forbidden, Invalid
from beaconfire_contracts.vocabulary import TaskFinding, TaskState
from beaconfire_dispatch.application import give_task, see_task, step_task
from beaconfire_dispatch.application.desk import Desk, RosterDesk
from beaconfire_dispatch.application.queries import TaskView
from beaconfire_dispatch.domain.task import ACTIVE
from beaconfire_dispatch.entrypoints.admitting import (
    admitted_demand,
    admitted_task,
    bounds_of,
    demand_resource,
    task_resource,
    told_for,
)
from beaconfire_dispatch.entrypoints.shapes import task_out
from beaconfire_dispatch.entrypoints.task_schemas import (
    TaskCannotIn,
    TaskDoneIn,
    TaskIn,
    TaskOut,
    TaskPage,
    TasksAsked,
    TaskStepIn,
)
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.moments import occurred
from beaconfire_platform.web.strict_json import StrictRoute


class NotYourTask(Forbidden):
    """A receipt is given by whoever was asked, and by nobody for them."""


class OwnTask(Forbidden):
    """Nobody checks their own work."""


class TwoResponders(Invalid):
    """Ask a person or a body, not both in one task."""


PLAIN_STEPS = {
    "accept": TaskState.ACCEPTED,
    "arrive": TaskState.ARRIVED,
}
"""The last part of the path, and the state that it tells."""


def task_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """Grid workers' tasks."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])
    tell = _Teller(edge, desk, clock)

    @router.get("/v1/tasks")
    async def get_tasks(
        call: Annotated[Call, edge.needs("task.read")], asked: Annotated[TasksAsked, Query()]
    ) -> TaskPage:
        """The tasks that you may see, the oldest first; a worker sees their own."""
        page = await desk.views.tasks(
            bounds_of(call),
            active=None if asked.state is None else asked.state == "active",
            since=asked.since,
            after=asked.cursor or "",
            limit=asked.limit + 1,
        )
        shown = page[: asked.limit]
        on_it = await desk.views.companions(
            one.task.incident_id for one in shown if one.task.state in ACTIVE
        )
        return TaskPage(
            items=[task_out(one, on_it.get(one.task.incident_id, ())) for one in shown],
            next=shown[-1].task.id if len(page) > asked.limit else None,
        )

    for verb, state in PLAIN_STEPS.items():
        router.add_api_route(
            f"/v1/tasks/{{task_id}}/{verb}",
            _plain(edge, tell, state),
            methods=["POST"],
            response_model=TaskOut,
            name=f"post_task_{state.value}",
        )

    @router.post("/v1/tasks/{task_id}/done", response_model=TaskOut)
    async def post_task_done(
        call: Annotated[Call, edge.needs("task.move")], task_id: Id, body: TaskDoneIn
    ) -> Response:
        """It is done; what was looked at carries what was found."""
        return await tell(call, task_id, body, TaskState.DONE, finding=body.finding)

    @router.post("/v1/tasks/{task_id}/cannot", response_model=TaskOut)
    async def post_task_cannot(
        call: Annotated[Call, edge.needs("task.move")], task_id: Id, body: TaskCannotIn
    ) -> Response:
        """It cannot be done, and why."""
        return await tell(call, task_id, body, TaskState.CANNOT, reason=body.reason)

    return router


def receipt_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """Receipts of tasks."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.post("/v1/tasks/{task_id}/seen", response_model=TaskOut)
    async def post_task_seen(
        call: Annotated[Call, edge.needs("task.move")], task_id: Id, body: TaskStepIn
    ) -> Response:
        """The receipt of whoever was asked: it is before them. Nobody else can give it."""
        view = await admitted_task(edge, desk, call, task_id)
        if view.task.person_id is not None and view.task.person_id != call.subject.id:
            raise NotYourTask
        command = see_task.SeeTask(
            view.task.id, view.task.incident_id, occurred(body.occurred_at, clock)
        )

        async def run(tx: Tx) -> Answer:
            task = await see_task.see_task(
                command, tasks=desk.tasks(tx), demands=desk.demands(tx), facts=tx
            )
            return Answer(200, task_out(TaskView(task, view.demand)))

        return await edge.command(
            call,
            run,
            keys=see_task.keys(command),
            resource=task_resource(view),
            object_id=task_id,
        )

    return router


def given_task_routes(edge: Edge, desk: Desk, rosters: RosterDesk, clock: Clock) -> APIRouter:
    """Tasks that a desk gives, and its check of what was done."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])
    tell = _Teller(edge, desk, clock)

    @router.post("/v1/incidents/{incident_id}/tasks", status_code=201, response_model=TaskOut)
    async def post_task(
        call: Annotated[Call, edge.needs("task.give")], incident_id: Id, body: TaskIn
    ) -> Response:
        """Ask whoever is on duty at an incident, or somebody named, outside its stand-off."""
        if body.person_id is not None and body.body is not None:
            raise TwoResponders(pointer="/body")
        known = await admitted_demand(edge, desk, call, incident_id)
        command = give_task.GiveTask(
            known.incident_id,
            body.kind,
            timedelta(seconds=body.within_s),
            None if body.person_id is None else PersonId(body.person_id),
            None if body.body is None else BodyId(body.body),
            body.stand_off_m,
        )

        async def run(tx: Tx) -> Answer:
            answering = rosters.answering(tx)
            demand = await answering.demands.get(known.incident_id) or known
            task = await give_task.give_task(command, demand, answering=answering, now=clock.now())
            return Answer(201, task_out(TaskView(task, demand)), task.id)

        return await edge.command(
            call, run, keys=give_task.keys(command), resource=demand_resource(known)
        )

    @router.post("/v1/tasks/{task_id}/check", response_model=TaskOut)
    async def post_task_check(
        call: Annotated[Call, edge.needs("task.check")], task_id: Id, body: TaskStepIn
    ) -> Response:
        """What was said to be done has been checked, by somebody else than who did it."""
        return await tell(call, task_id, body, TaskState.CHECKED)

    return router


class _Teller:
    """Tells one step of one task; all the routes above end here."""

    def __init__(self, edge: Edge, desk: Desk, clock: Clock) -> None:
        self._edge = edge
        self._desk = desk
        self._clock = clock

    async def __call__(
        self,
        call: Call,
        task_id: str,
        body: TaskStepIn,
        state: TaskState,
        *,
        reason: str | None = None,
        finding: TaskFinding | None = None,
    ) -> Response:
        desk = self._desk
        view = await admitted_task(self._edge, desk, call, task_id)
        if state is TaskState.CHECKED and view.task.person_id == call.subject.id:
            raise OwnTask
        call = told_for(call, view.task.person_id)
        command = step_task.StepTask(
            view.task.id,
            view.task.incident_id,
            state,
            occurred(body.occurred_at, self._clock),
            reason,
            finding,
        )

        async def run(tx: Tx) -> Answer:
            task = await step_task.step_task(
                command,
                tasks=desk.tasks(tx),
                demands=desk.demands(tx),
                facts=tx,
                rosters=desk.rosters(tx),
                new_id=new_id,
                now=self._clock.now(),
            )
            return Answer(200, task_out(TaskView(task, view.demand)))

        return await self._edge.command(
            call,
            run,
            keys=step_task.keys(command),
            resource=task_resource(view),
            object_id=task_id,
        )


def _plain(edge: Edge, tell: _Teller, state: TaskState):  # noqa: ANN202  (a route's own type)
    async def post_task_step(
        call: Annotated[Call, edge.needs("task.move")], task_id: Id, body: TaskStepIn
    ) -> Response:
        return await tell(call, task_id, body, state)

    post_task_step.__doc__ = f"The worker says: {state.value}."
    return post_task_step
