"""A task of a grid worker or a body: what it is, and which state may follow which."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, TaskId
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Conflict, Invalid
from beaconfire_contracts.vocabulary import DutyPart, TaskFinding, TaskKind, TaskState
from beaconfire_dispatch.domain.roster import LADDER, Responder

PATH: Final = (TaskState.OFFERED, TaskState.ACCEPTED, TaskState.ARRIVED)
"""What comes before the end, in order: a step that is told late turns nobody back."""
ACTIVE: Final = frozenset(PATH)
ON_THE_WAY: Final = frozenset({TaskState.OFFERED, TaskState.ACCEPTED})
"""Who has not arrived yet can be sent elsewhere, or home."""
ENDED: Final = frozenset({TaskState.CANNOT, TaskState.DONE, TaskState.CHECKED, TaskState.WITHDRAWN})
IN_HAND: Final = ACTIVE | {TaskState.DONE, TaskState.CHECKED}
"""Somebody looks, or has looked: nobody else is asked for the same."""
WITHIN: Final = timedelta(minutes=20)
"""Until when it is to be done, unless said otherwise: a cell is crossed on foot in that."""
ACCEPT_WITHIN: Final = timedelta(minutes=3)
"""How long whoever is asked has to take it, before the next is: a telephone is found and read."""
NOT_TAKEN: Final = "not_taken"
"""Why a task went to the next part: nobody took it in time."""
NOT_REACHED: Final = "not_reached"
"""Why it went there: whoever took it is not there by when it was to be done."""
REACHED: Final = "reached"
"""Why a task is gone that nobody had taken yet: whoever was late is there after all."""


class TaskEnded(Conflict):
    """The task has ended."""


class TaskMoved(Conflict):
    """The task is followed under another incident since a moment ago; ask again."""

    retriable = True


class TaskNotDone(Conflict):
    """Only what is said to be done can be checked."""


class ReasonNeeded(Invalid):
    """Say why it cannot be done: give the reason's code."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something asked of a grid worker, or of a body, at an incident (核查任务).

    All tasks that follow from one by escalation have its `root_id`, each another `part`.
    """

    id: TaskId
    incident_id: IncidentId
    kind: TaskKind
    person_id: PersonId | None
    state: TaskState
    stand_off_m: float
    offered_at: datetime
    due_at: datetime
    version: int
    reason: str | None = None
    body: BodyId | None = None
    """Whose it is where no worker can do it."""
    part: DutyPart = DutyPart.WORKER
    root_id: TaskId | None = None
    """The task that it follows from; None is itself."""
    accept_by: datetime | None = None
    """When the next is asked if nobody took it; None for whom nobody follows."""
    seen_at: datetime | None = None
    place: Point | None = None
    """Where they are sent to: outside the stand-off."""
    late_at: datetime | None = None
    """When the next was asked although somebody had taken it; they keep it, and may still come."""
    finding: TaskFinding | None = None
    """What they found there."""

    @property
    def root(self) -> TaskId:
        """The task that it follows from, or itself."""
        return self.root_id or self.id

    def is_untaken(self, now: datetime) -> bool:
        """Whether nobody took it in time."""
        return self.state is TaskState.OFFERED and (
            self.accept_by is not None and self.accept_by <= now
        )

    def is_unreached(self, now: datetime) -> bool:
        """Whether nobody is there by when it was to be done; said of a task once.

        What nobody took is asked of the next long before that, but for a desk's.
        """
        waits = self.state in (ON_THE_WAY if self.part is DutyPart.DESK else {TaskState.ACCEPTED})
        return waits and self.late_at is None and self.due_at <= now

    @property
    def passes_on_at(self) -> datetime | None:
        """When the next part is asked if nothing happens; None for what stays where it is."""
        if self.state is TaskState.OFFERED:
            return self.accept_by
        waits = self.state is TaskState.ACCEPTED and self.late_at is None
        return self.due_at if waits and self.part is not DutyPart.DESK else None

    @property
    def passed_because(self) -> str:
        """Why the next part is asked, as a code."""
        return self.reason or ("" if self.late_at is None else NOT_REACHED)


def ask(task: Task, responder: Responder, now: datetime) -> Task:
    """The task as it is offered to somebody from now on; after a desk nobody is asked."""
    last = responder.part is DutyPart.DESK
    return replace(
        task,
        person_id=responder.person_id,
        body=responder.body,
        part=responder.part,
        state=TaskState.OFFERED,
        offered_at=now,
        due_at=now + (task.due_at - task.offered_at),
        accept_by=None if last else now + ACCEPT_WITHIN,
        seen_at=None,
        reason=None,
        late_at=None,
        finding=None,
    )


def follow(task: Task, task_id: TaskId, responder: Responder, now: datetime) -> Task:
    """What is asked of the next when somebody did not take it: the same, as a task of its own."""
    return ask(replace(task, id=task_id, root_id=task.root, version=1), responder, now)


def part_to_pass_from(task: Task, ladder: Sequence[Task]) -> DutyPart | None:
    """Above which part the next is asked; None where whoever was asked since has it in hand.

    A ladder is further on than a task whose worker was late: each of its parts is asked once.
    """
    above = [one for one in ladder if LADDER.index(one.part) > LADDER.index(task.part)]
    if any(one.state in IN_HAND for one in above):
        return None
    return max((task, *above), key=lambda one: LADDER.index(one.part)).part


def people_asked(ladder: Sequence[Task]) -> frozenset[PersonId]:
    """Who was asked along a ladder already."""
    return frozenset(one.person_id for one in ladder if one.person_id is not None)


def step(
    task: Task, state: TaskState, reason: str | None, finding: TaskFinding | None = None
) -> Task:
    """The task a step on; the same object where the step is told twice or later than another.

    TaskEnded when it is over, TaskNotDone when there is nothing to check yet.
    """
    if task.state is state:
        return task
    if state is TaskState.CHECKED:
        if task.state is not TaskState.DONE:
            raise TaskNotDone(state=task.state.value)
    elif task.state in ENDED:
        raise TaskEnded(state=task.state.value)
    elif state in PATH and PATH.index(state) < PATH.index(task.state):
        return task
    if state is TaskState.CANNOT and reason is None:
        raise ReasonNeeded(pointer="/reason")
    return replace(
        task,
        state=state,
        reason=reason,
        finding=finding or task.finding,
        version=task.version + 1,
    )


def seen(task: Task, now: datetime) -> Task:
    """The task with its receipt; once it was seen, or is over, nothing changes."""
    if task.seen_at is not None or task.state in ENDED:
        return task
    return replace(task, seen_at=now, version=task.version + 1)
