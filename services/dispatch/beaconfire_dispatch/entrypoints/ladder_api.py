"""Dispatch's route for one task with its ladder: who has it, who had it, who is asked next."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter

from beaconfire_contracts.vocabulary import TaskState
from beaconfire_dispatch.application.desk import Desk, RosterDesk
from beaconfire_dispatch.domain.roster import Responder
from beaconfire_dispatch.domain.task import ACTIVE, Task
from beaconfire_dispatch.entrypoints.admitting import admitted_task, task_resource
from beaconfire_dispatch.entrypoints.shapes import task_out
from beaconfire_dispatch.entrypoints.task_schemas import RungOut, TaskWithLadderOut
from beaconfire_platform.access.allow import allow
from beaconfire_platform.clock import Clock
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute

GOES_ON: Final = frozenset({TaskState.OFFERED, TaskState.ACCEPTED, TaskState.CANNOT})
"""While the last of a ladder is one of these, the next part may still be asked."""


def ladder_routes(edge: Edge, desk: Desk, rosters: RosterDesk, clock: Clock) -> APIRouter:
    """One task."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/tasks/{task_id}")
    async def get_task(
        call: Annotated[Call, edge.needs("task.read")], task_id: Id
    ) -> TaskWithLadderOut:
        """One task, ended or not, with its ladder; people by id for whoever may read rosters."""
        view = await admitted_task(edge, desk, call, task_id)
        asked = await rosters.views.along(view.task)
        last, demand = asked[-1], view.demand
        ahead: Sequence[Responder] = ()
        if demand is not None and demand.is_live and last.state in GOES_ON:
            ahead = await rosters.views.ahead(last, demand, clock.now())
        on_it = await desk.views.companions([view.task.incident_id])
        shown = view.task.state in ACTIVE
        told = task_out(view, on_it.get(view.task.incident_id, ()) if shown else ())
        knows = allow(call.subject, "roster.read", task_resource(view)).allowed
        rungs = [_asked(one, call.subject.id, knows=knows) for one in asked]
        rungs += [_ahead(one, call.subject.id, knows=knows) for one in ahead]
        return TaskWithLadderOut(**told.model_dump(), ladder=rungs)

    return router


def _asked(one: Task, asker: str, *, knows: bool) -> RungOut:
    is_you = one.person_id == asker
    return RungOut(
        part=one.part,
        task_id=one.id,
        state=one.state,
        asked_at=one.offered_at,
        seen_at=one.seen_at,
        passes_on_at=one.passes_on_at,
        late_at=one.late_at,
        reason=one.reason,
        is_you=is_you,
        person_id=one.person_id if knows or is_you else None,
        body=one.body,
    )


def _ahead(one: Responder, asker: str, *, knows: bool) -> RungOut:
    is_you = one.person_id == asker
    return RungOut(
        part=one.part,
        task_id=None,
        state=None,
        asked_at=None,
        seen_at=None,
        passes_on_at=None,
        late_at=None,
        reason=None,
        is_you=is_you,
        person_id=one.person_id if knows or is_you else None,
        body=one.body,
    )
