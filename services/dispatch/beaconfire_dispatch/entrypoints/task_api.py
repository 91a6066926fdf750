"""Dispatch's routes for grid workers' tasks: which there are, and what a worker tells of one."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from beaconfire_contracts.vocabulary import TaskState
from beaconfire_dispatch.application import step_task
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.application.queries import TaskView
from beaconfire_dispatch.entrypoints.admitting import (
    admitted_task,
    bounds_of,
    task_resource,
    told_for,
)
from beaconfire_dispatch.entrypoints.schemas import (
    TaskCannotIn,
    TaskOut,
    TaskPage,
    TasksAsked,
    TaskStepIn,
)
from beaconfire_dispatch.entrypoints.shapes import task_out
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.moments import occurred
from beaconfire_platform.web.strict_json import StrictRoute

PLAIN_STEPS = {
    "accept": TaskState.ACCEPTED,
    "arrive": TaskState.ARRIVED,
    "done": TaskState.DONE,
}
"""The last part of the path, and the state that it tells."""
ACTIVE = frozenset({TaskState.OFFERED, TaskState.ACCEPTED, TaskState.ARRIVED})
"""Who else comes is told to whoever still has to go there."""


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

    @router.post("/v1/tasks/{task_id}/cannot", response_model=TaskOut)
    async def post_task_cannot(
        call: Annotated[Call, edge.needs("task.move")], task_id: Id, body: TaskCannotIn
    ) -> Response:
        """It cannot be done, and why."""
        return await tell(call, task_id, body, TaskState.CANNOT, reason=body.reason)

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
    ) -> Response:
        desk = self._desk
        view = await admitted_task(self._edge, desk, call, task_id)
        call = told_for(call, view.task.person_id)
        command = step_task.StepTask(
            view.task.id,
            view.task.incident_id,
            state,
            occurred(body.occurred_at, self._clock),
            reason,
        )

        async def run(tx: Tx) -> Answer:
            task = await step_task.step_task(
                command,
                tasks=desk.tasks(tx),
                demands=desk.demands(tx),
                facts=tx,
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
