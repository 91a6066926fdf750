"""Request and answer shapes of grid workers' tasks."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from beaconfire_contracts.vocabulary import TaskFinding, TaskKind
from beaconfire_dispatch.entrypoints.schemas import CompanionOut, Limit, PointOut
from beaconfire_platform.web.fields import Code, Id, Moment, Strict


class TaskStepIn(Strict):
    """One step of a task."""

    occurred_at: Moment | None = None


class TaskCannotIn(TaskStepIn):
    """Why it cannot be done, as a code."""

    reason: Code


class TaskDoneIn(TaskStepIn):
    """It is done, and what was found there, where something was to be looked at."""

    finding: TaskFinding | None = None


class TaskIn(Strict):
    """What is asked at an incident, of whom, within how long, how far from it.

    Without a person and a body it is whoever is on duty there; without a distance it is what the
    kind of incident asks for.
    """

    kind: TaskKind
    person_id: Id | None = None
    body: Id | None = None
    within_s: Annotated[int, Field(strict=True, ge=60, le=86_400)] = 1_200
    stand_off_m: (
        Annotated[float, Field(strict=True, ge=0, le=5_000, allow_inf_nan=False)] | None
    ) = None


class TasksAsked(BaseModel):
    """Which tasks, offered since when, which page."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["active", "ended"] | None = None
    since: Moment | None = None
    cursor: Id | None = None
    limit: Limit = 200


class TaskOut(BaseModel):
    """A task as its worker reads it: place, what to do, how far to keep away, who else comes.

    `point` is where they are sent to, outside the stand-off; `incident_point` is what they keep
    away from. `others` is left out of answers to commands.
    """

    id: str
    incident_id: str
    kind: str
    incident_type: str | None
    priority: int | None
    point: PointOut | None
    incident_point: PointOut | None
    cell: str | None
    person_id: str | None
    body: str | None
    state: str
    stand_off_m: float
    offered_at: datetime
    due_at: datetime
    part: str
    accept_by: datetime | None
    seen_at: datetime | None
    reason: str | None
    late_at: datetime | None
    finding: str | None
    version: int
    others: list[CompanionOut] | None = None


class RungOut(BaseModel):
    """One part of a task's ladder: asked at a moment, or null where it would come next.

    `passes_on_at` is when the next part is asked if nothing happens. Who it is, is told to whoever
    may read rosters, and to themselves.
    """

    part: str
    task_id: str | None
    state: str | None
    asked_at: datetime | None
    seen_at: datetime | None
    passes_on_at: datetime | None
    late_at: datetime | None
    reason: str | None
    is_you: bool
    person_id: str | None
    body: str | None


class TaskWithLadderOut(TaskOut):
    """A task, and who has it, had it and would have it next."""

    ladder: list[RungOut]


class TaskPage(BaseModel):
    """A page of tasks, the oldest first."""

    items: list[TaskOut]
    next: str | None
