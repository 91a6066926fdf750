"""A task goes on and never back; it is checked once it is done; its receipt is given once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, TaskId
from beaconfire_contracts.refusals import Refusal
from beaconfire_contracts.vocabulary import DutyPart, TaskFinding, TaskKind, TaskState
from beaconfire_dispatch.domain.roster import Responder
from beaconfire_dispatch.domain.task import (
    ACCEPT_WITHIN,
    ENDED,
    NOT_REACHED,
    PATH,
    Task,
    TaskNotDone,
    ask,
    follow,
    part_to_pass_from,
    people_asked,
    seen,
    step,
)
from beaconfire_testkit.builders import NOON

TASK = Task(
    TaskId("t"), IncidentId("i"), TaskKind.VERIFY, PersonId("p"), TaskState.OFFERED, 0.0, NOON,
    NOON + timedelta(minutes=20), 1,
)  # fmt: skip
LEADER = Responder(DutyPart.LEADER, "a", PersonId("q"))
TOLD = [one for one in TaskState if one is not TaskState.WITHDRAWN]


@given(st.lists(st.sampled_from(TOLD)))
def test_whatever_is_told_it_never_goes_back_and_what_is_over_stays_over(
    told: list[TaskState],
) -> None:
    task = TASK
    for state in told:
        before = task
        try:
            task = step(task, state, "busy")
        except Refusal:
            assert task is before
        if before.state in ENDED:
            assert task.state is before.state or (
                (before.state, task.state) == (TaskState.DONE, TaskState.CHECKED)
            )
        elif task.state in PATH:
            assert PATH.index(task.state) >= PATH.index(before.state)


def test_only_what_is_done_is_checked() -> None:
    with pytest.raises(TaskNotDone):
        step(TASK, TaskState.CHECKED, None)

    done = step(TASK, TaskState.DONE, None)
    assert step(done, TaskState.CHECKED, None).state is TaskState.CHECKED


def test_a_receipt_is_given_once_and_none_for_what_is_over() -> None:
    once = seen(TASK, NOON)

    assert once.seen_at == NOON
    assert seen(once, NOON + timedelta(hours=1)) is once
    assert seen(replace(TASK, state=TaskState.DONE), NOON).seen_at is None


def test_the_next_has_as_long_and_a_desk_is_the_last() -> None:
    later = NOON + timedelta(hours=1)
    deputy = follow(TASK, TaskId("u"), Responder(DutyPart.DEPUTY, "a", PersonId("q")), later)
    desk = ask(deputy, Responder(DutyPart.DESK, "a", None, BodyId("b")), later)

    assert (deputy.root, deputy.due_at - deputy.offered_at) == ("t", timedelta(minutes=20))
    assert deputy.accept_by == later + ACCEPT_WITHIN
    assert (desk.accept_by, desk.person_id, desk.is_untaken(later)) == (None, None, False)


def test_who_took_it_and_is_not_there_in_time_is_late_once_and_keeps_it() -> None:
    taken = step(TASK, TaskState.ACCEPTED, None)
    due = TASK.due_at
    late = replace(taken, late_at=due)

    assert not taken.is_unreached(due - timedelta(seconds=1))
    assert taken.is_unreached(due)
    assert not TASK.is_unreached(due)
    assert not late.is_unreached(due + timedelta(hours=1))
    assert (taken.passed_because, late.passed_because) == ("", NOT_REACHED)
    assert step(late, TaskState.ARRIVED, None).state is TaskState.ARRIVED
    assert follow(late, TaskId("u"), LEADER, due).late_at is None


def test_a_desks_own_is_late_once_whether_it_was_taken_or_not() -> None:
    offered = ask(TASK, Responder(DutyPart.DESK, "a", None, BodyId("b")), NOON)
    taken = step(offered, TaskState.ACCEPTED, None)
    there = step(taken, TaskState.ARRIVED, None)

    assert [one.is_unreached(TASK.due_at) for one in (offered, taken, there)] == [True, True, False]
    assert not replace(offered, late_at=TASK.due_at).is_unreached(TASK.due_at)


def test_when_it_is_passed_on_is_known_before() -> None:
    offered = ask(TASK, LEADER, NOON)
    taken = step(offered, TaskState.ACCEPTED, None)

    assert offered.passes_on_at == NOON + ACCEPT_WITHIN
    assert taken.passes_on_at == taken.due_at
    assert replace(taken, late_at=NOON).passes_on_at is None
    assert replace(taken, part=DutyPart.DESK).passes_on_at is None
    assert step(taken, TaskState.ARRIVED, None).passes_on_at is None


def test_what_was_found_stays_with_the_task_until_it_is_checked() -> None:
    done = step(TASK, TaskState.DONE, None, TaskFinding.NOT_FOUND)

    assert done.finding is TaskFinding.NOT_FOUND
    assert step(done, TaskState.CHECKED, None).finding is TaskFinding.NOT_FOUND


def test_a_ladder_goes_on_above_its_highest_rung_unless_somebody_has_it_in_hand() -> None:
    first = replace(TASK, state=TaskState.CANNOT)
    above = follow(TASK, TaskId("u"), replace(LEADER, part=DutyPart.DEPUTY), NOON)
    found = {
        state: part_to_pass_from(first, [first, replace(above, state=state)]) for state in TaskState
    }

    assert part_to_pass_from(first, [first]) is DutyPart.WORKER
    assert {state for state, part in found.items() if part is None} == {
        *PATH, TaskState.DONE, TaskState.CHECKED
    }  # fmt: skip
    assert set(found.values()) == {None, DutyPart.DEPUTY}
    assert people_asked([first, replace(above, person_id=None)]) == {TASK.person_id}
