"""A task with its ladder: who has it, who is next and when; people for who may read rosters."""

from typing import Any

import pytest

from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import CELL, City, get, post
from beaconfire_testkit.rosters import a_line, roster_of
from beaconfire_testkit.service import a_subject
from beaconfire_testkit.workers import VERIFIED, a_worker_of, as_worker


@pytest.fixture
async def city(mapped: City) -> City:
    """Rosters are asked of the grid."""
    return mapped


def _rungs(told: dict[str, Any]) -> list[tuple[str, str | None, bool]]:
    return [(one["part"], one["state"], one["is_you"]) for one in told["ladder"]]


async def test_a_worker_sees_who_has_it_who_is_next_and_when_and_no_other_name(
    city: City,
) -> None:
    people = [await a_worker_of(city, CELL) for _ in range(3)]
    await roster_of(city, *map(a_line, ("worker", "deputy", "leader"), people))
    incident_id = await city.incident(VERIFIED)
    worker, deputy = as_worker(city, people[0]), as_worker(city, people[1])
    [task] = (await get(worker, "/v1/tasks"))["items"]

    first = await get(worker, f"/v1/tasks/{task['id']}")
    await post(worker, f"/v1/tasks/{task['id']}/cannot", {"reason": "too_far"})
    after = await get(worker, f"/v1/tasks/{task['id']}")
    desk = await get(city.desk, f"/v1/tasks/{task['id']}")
    [second] = (await get(deputy, "/v1/tasks"))["items"]
    await post(deputy, f"/v1/tasks/{second['id']}/done", {"finding": "not_found"})
    done = await get(deputy, f"/v1/tasks/{second['id']}")

    assert _rungs(first) == [
        ("worker", "offered", True), ("deputy", None, False),
        ("leader", None, False), ("desk", None, False),
    ]  # fmt: skip
    assert first["ladder"][0]["passes_on_at"] == first["accept_by"]
    assert [one["person_id"] for one in first["ladder"]] == [people[0], None, None, None]
    assert _rungs(after)[:2] == [("worker", "cannot", True), ("deputy", "offered", False)]
    assert after["ladder"][0]["reason"] == "too_far"
    assert [one["person_id"] for one in desk["ladder"]] == [*people, None]
    assert (done["finding"], done["incident_id"]) == ("not_found", incident_id)
    assert _rungs(done) == [("worker", "cannot", False), ("deputy", "done", True)]


async def test_nobody_else_sees_it(city: City) -> None:
    await a_worker_of(city, CELL)
    await city.incident(VERIFIED)
    [task] = (await get(city.desk, "/v1/tasks"))["items"]

    for subject, status in (
        (a_subject(Role.GRID_WORKER, reach="akl.d1"), 404),
        (a_subject(Role.DISPATCHER, reach="wlg"), 404),
        (a_subject(Role.VIEWER, reach="akl"), 403),
    ):
        answer = await city.running.client(subject).get(f"/v1/tasks/{task['id']}")
        assert answer.status_code == status
    assert (await city.desk.get(f"/v1/tasks/{new_id()}")).status_code == 404
