"""What a decision looks at: an incident's place for orders, one's own unit or task for crews."""

from dataclasses import replace

import pytest
from starlette.requests import Request

from beaconfire_contracts.ids import AssignmentId, IncidentId, PersonId, TaskId, UnitId
from beaconfire_contracts.vocabulary import AssignmentStatus, Role, TaskKind, TaskState
from beaconfire_dispatch.application.queries import AssignmentView, TaskView
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.task import Task
from beaconfire_dispatch.entrypoints.admitting import (
    FenceMissing,
    assignment_resource,
    demand_resource,
    expect_fence,
    task_resource,
    told_for,
)
from beaconfire_platform.access.allow import allow
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.web.edge import Call
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.service import a_subject

DEMAND = Demand(IncidentId("i"), path="akl.d1.c1", owner="centre", participants=frozenset({"wlg"}))
VIEW = AssignmentView(
    Assignment(
        AssignmentId("a"), UnitId("u"), IncidentId("i"), 1, AssignmentStatus.DISPATCHED, 1, NOON,
        NOON,
    ),
    "E1",
    "brigade",
    DEMAND,
)  # fmt: skip
TASK = Task(
    TaskId("t"), IncidentId("i"), TaskKind.VERIFY, PersonId("p"), TaskState.OFFERED, 0.0, NOON,
    NOON, 1,
)  # fmt: skip


def test_owner_participant_and_whoever_covers_the_place_may_order() -> None:
    resource = demand_resource(DEMAND)

    for subject in (
        a_subject(Role.DISPATCHER, reach="akl.d1"),
        a_subject(Role.DISPATCHER, reach="wlg", body="centre"),
        a_subject(Role.DISPATCHER, reach="wlg", body="wlg"),
    ):
        assert allow(subject, "order.give", resource).allowed
    assert not allow(a_subject(Role.DISPATCHER, reach="wlg"), "order.give", resource).visible


def test_the_body_whose_unit_it_is_sees_its_assignment_anywhere() -> None:
    brigade = a_subject(Role.DISPATCHER, reach="wlg", body="brigade")

    assert allow(brigade, "assignment.read", assignment_resource(VIEW)).allowed
    unknown = assignment_resource(replace(VIEW, demand=None))
    assert allow(brigade, "assignment.read", unknown).allowed


def test_a_crew_moves_its_own_assignment_and_a_worker_its_own_task() -> None:
    crew = a_subject(Role.FIELD, unit_id="u")
    worker = a_subject(Role.GRID_WORKER, person_id="p")

    assert allow(crew, "assignment.move", assignment_resource(VIEW)).allowed
    assert not allow(worker, "assignment.move", assignment_resource(VIEW)).allowed
    assert allow(worker, "task.move", task_resource(TaskView(TASK, DEMAND))).allowed
    nobodys = task_resource(TaskView(replace(TASK, person_id=None), None))
    assert not allow(worker, "task.move", nobodys).allowed


def test_only_a_desk_may_leave_the_fence_out() -> None:
    expect_fence(a_subject(Role.DISPATCHER), None)
    expect_fence(a_subject(Role.FIELD, unit_id="u"), 3)
    with pytest.raises(FenceMissing):
        expect_fence(a_subject(Role.FIELD, unit_id="u"), None)


def test_whoever_tells_of_another_speaks_for_them_and_of_oneself_for_nobody() -> None:
    def for_whom(subject: Subject, whose: str | None) -> str | None:
        call = Call(Request({"type": "http"}), subject, "assignment.move", "c", None)
        return told_for(call, whose, NOON).cause.on_behalf_of

    assert for_whom(a_subject(Role.DISPATCHER), "u") == "u"
    assert for_whom(a_subject(Role.FIELD, unit_id="u"), "u") is None
    assert for_whom(a_subject(Role.GRID_WORKER, person_id="p"), "p") is None
    assert for_whom(a_subject(Role.DISPATCHER), None) is None
