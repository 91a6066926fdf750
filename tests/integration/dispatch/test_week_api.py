"""Rosters as people read them: a week with its gaps and names, and what setting would change."""

import pytest

from beaconfire_contracts.facts.grid_work import RosterChanged
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import CELL, City, get
from beaconfire_testkit.rosters import a_line, roster_of
from beaconfire_testkit.service import a_subject
from beaconfire_testkit.workers import a_worker_of

WEEK = {"area": "akl", "day": "2026-11-26"}
WORKDAYS = {"weekdays": [1, 2, 3, 4, 5], "begins": "08:00", "ends": "20:00"}


@pytest.fixture
async def city(mapped: City) -> City:
    """Rosters are asked of the grid."""
    return mapped


async def test_a_week_names_the_area_its_shifts_and_the_hours_nobody_has(city: City) -> None:
    worker, deputy = await a_worker_of(city, CELL), await a_worker_of(city, "akl.d1")
    await roster_of(city, a_line("worker", worker, **WORKDAYS))
    await roster_of(city, a_line("deputy", deputy, weekdays=[6, 7]), area="akl.d1")

    weeks = (await get(city.desk, "/v1/rosters/week", **WEEK))["items"]

    assert [(one["area"], one["name_en"], one["level"]) for one in weeks] == [
        ("akl.d1", "Area d1", "district"), (CELL, "Area c1", "cell"),
    ]  # fmt: skip
    cell = weeks[1]
    assert (cell["from_at"], cell["until_at"]) == ("2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z")
    assert len(cell["shifts"]) == 5
    assert cell["shifts"][0] == {
        "part": "worker", "person_id": worker, "body": None,
        "from_at": "2026-11-23T08:00:00Z", "until_at": "2026-11-23T20:00:00Z",
    }  # fmt: skip
    assert [(one["from_at"], one["until_at"]) for one in cell["gaps"]][:2] == [
        ("2026-11-23T00:00:00Z", "2026-11-23T08:00:00Z"),
        ("2026-11-23T20:00:00Z", "2026-11-24T08:00:00Z"),
    ]
    assert cell["gaps_s"] == 5 * 12 * 3600  # the weekend is the district's deputy's
    assert cell["duties"][0]["weekdays"] == [1, 2, 3, 4, 5]
    assert {one["falls_to"] for one in cell["gaps"]} == {None}


async def test_a_preview_says_what_would_come_and_go_and_changes_nothing(city: City) -> None:
    worker, other = await a_worker_of(city, CELL), await a_worker_of(city, CELL)
    await roster_of(city, a_line("worker", worker))
    asked = [
        {"area": CELL, "zone": "UTC", "duties": [a_line("worker", other)]},
        {"area": "akl.d1.c10", "zone": "UTC", "duties": [a_line("deputy", other, **WORKDAYS)]},
        {"area": "akl.d1", "zone": "UTC", "duties": []},
    ]

    answer = await city.administrator.post("/v1/rosters/preview", json={"rosters": asked})

    assert answer.status_code == 200, answer.text
    told = answer.json()["items"]
    assert [(one["change"], one["version"], one["gaps_s"]) for one in told] == [
        ("changed", 1, 0), ("new", 0, (168 - 60) * 3600), ("same", 0, 0),
    ]  # fmt: skip
    assert [one["person_id"] for one in told[0]["added"]] == [other]
    assert [one["person_id"] for one in told[0]["removed"]] == [worker]
    assert len(await city.running.told(RosterChanged)) == 1


async def test_a_preview_tells_all_that_is_wrong(city: City) -> None:
    asked = [
        {"area": "akl.d9", "zone": "UTC", "duties": [a_line("worker", new_id())]},
        {"area": CELL, "zone": "Mars/Base", "duties": [a_line("desk", new_id())]},
    ]

    answer = await city.administrator.post("/v1/rosters/preview", json={"rosters": asked})

    assert answer.status_code == 422
    assert [(one["code"], one["pointer"]) for one in answer.json()["rows"]] == [
        ("unknown_area", "/rosters/0/area"),
        ("unknown_worker", "/rosters/0/duties/0/person_id"),
        ("unknown_zone", "/rosters/1/zone"),
        ("wrong_responder", "/rosters/1/duties/0"),
    ]


async def test_who_may_not_read_or_set_rosters_is_refused(city: City) -> None:
    elsewhere = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))
    viewer = city.running.client(a_subject(Role.VIEWER, reach="akl"))
    body = {"rosters": [{"area": CELL, "zone": "UTC", "duties": []}]}

    assert (await elsewhere.get("/v1/rosters/week", params=WEEK)).status_code == 404
    assert (await viewer.get("/v1/rosters/week", params=WEEK)).status_code == 403
    assert (await city.desk.post("/v1/rosters/preview", json=body)).status_code == 403
    bad = await city.desk.get("/v1/rosters/week", params=WEEK | {"day": "2026-02-30"})
    assert bad.status_code == 422
