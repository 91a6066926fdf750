"""Rosters over HTTP: set all or none, told as facts, seen by whom they concern; who is on duty."""

import pytest

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.grid_work import RosterChanged
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import DutyPart, Role
from beaconfire_dispatch.adapters.rosters import PgRosters
from beaconfire_dispatch.domain.roster import Roster
from beaconfire_dispatch.main import build
from beaconfire_dispatch.settings import DispatchSettings
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.city import CELL, City, a_city, get
from beaconfire_testkit.rosters import a_line, roster_of
from beaconfire_testkit.service import ServiceUnderTest, a_subject, running_service
from beaconfire_testkit.workers import a_worker_of, as_worker


@pytest.fixture
async def city(mapped: City) -> City:
    """Rosters are asked of the grid."""
    return mapped


async def test_a_roster_is_set_once_told_and_answers_who_is_on_duty(city: City) -> None:
    worker, leader = await a_worker_of(city, CELL), await a_worker_of(city, "akl.d1")
    first = await roster_of(city, a_line("worker", worker))
    again = await roster_of(city, a_line("worker", worker))
    await roster_of(city, a_line("leader", leader), area="akl.d1")

    on_duty = (await city.desk.get("/v1/duty", params={"path": CELL})).json()

    assert (first["version"], again["version"]) == (1, 1)
    told = await city.running.told(RosterChanged)
    assert [(one.area, one.version) for one in told] == [(CELL, 1), ("akl.d1", 1)]
    assert told[0].duties[0].part is DutyPart.WORKER
    assert [(one["part"], one["person_id"], one["area"]) for one in on_duty["responders"]] == [
        ("worker", worker, CELL), ("leader", leader, "akl.d1"),
    ]  # fmt: skip
    assert len((await get(city.desk, "/v1/rosters", area="akl.d1", limit=1))["items"]) == 1


async def test_one_wrong_line_and_nothing_is_set(city: City) -> None:
    worker = await a_worker_of(city, CELL)
    areas = [
        {"area": CELL, "zone": "UTC", "duties": [a_line("worker", worker)]},
        {"area": "akl.d1", "zone": "UTC", "duties": [a_line("worker", new_id())]},
    ]

    refused = await city.administrator.put("/v1/rosters", json={"rosters": areas})

    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_worker")
    assert refused.json()["pointer"] == "/rosters/1/duties/0/person_id"
    assert await city.running.told(RosterChanged) == []


async def test_a_roster_that_moved_on_is_not_overwritten(city: City) -> None:
    worker = await a_worker_of(city, CELL)
    await roster_of(city, a_line("worker", worker))
    asked = {"area": CELL, "zone": "UTC", "replaces": 0, "duties": []}

    stale = await city.administrator.put("/v1/rosters", json={"rosters": [asked]})

    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")


async def test_who_may_not_know_the_responders_is_told_nothing(city: City) -> None:
    worker = await a_worker_of(city, CELL)
    await roster_of(city, a_line("worker", worker))
    elsewhere = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))
    viewer = city.running.client(a_subject(Role.VIEWER, reach="akl"))
    body = {"rosters": [{"area": CELL, "zone": "UTC", "duties": []}]}

    for client, status in ((elsewhere, 404), (viewer, 403), (as_worker(city, worker), 403)):
        assert (await client.get("/v1/duty", params={"path": CELL})).status_code == status
        assert (await client.get("/v1/rosters", params={"area": CELL})).status_code == status
    assert (await city.desk.put("/v1/rosters", json=body)).status_code == 403
    assert (await city.desk.get("/v1/duty")).json()["code"] == "place_missing"


async def test_an_area_that_the_grid_does_not_have_gets_no_roster(city: City) -> None:
    worker = await a_worker_of(city, CELL)
    areas = [
        {"area": area, "zone": "UTC", "duties": [a_line("worker", worker)]}
        for area in (CELL, "akl.d1.c99", "c1")
    ]

    refused = await city.administrator.put("/v1/rosters", json={"rosters": areas[:2]})
    by_code = await city.administrator.put("/v1/rosters", json={"rosters": areas[2:]})

    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_area")
    assert refused.json()["pointer"] == "/rosters/1/area"
    assert by_code.status_code in (403, 404, 422)
    assert await city.running.told(RosterChanged) == []


async def test_while_geo_is_away_what_has_a_roster_can_be_changed_and_nothing_new_is_believed(
    database: str,
) -> None:
    async with running_service(database, "dispatch", build_alone) as running:
        alone = await a_city(running)
        worker = await a_worker_of(alone, CELL)
        await _keep_a_roster(running)
        known = {"area": CELL, "zone": "UTC", "duties": [a_line("worker", worker)]}
        new = {"area": "akl.d1", "zone": "UTC", "duties": []}

        changed = await alone.administrator.put("/v1/rosters", json={"rosters": [known]})
        refused = await alone.administrator.put("/v1/rosters", json={"rosters": [known, new]})

    assert changed.status_code == 200
    assert changed.json()["items"][0]["version"] == 2
    assert (refused.status_code, refused.json()["code"]) == (503, "grid_away")


async def build_alone(ground: Ground) -> Service:
    return await build(ground, DispatchSettings())


async def _keep_a_roster(running: ServiceUnderTest) -> None:
    desk = Duty(DutyPart.DESK, None, BodyId(new_id()), (1,), 0, 0, NOON)
    async with running.ground.database.transaction(
        cause=Cause(actor="test", correlation_id="test")
    ) as tx:
        await PgRosters(tx.connection).add(
            Roster(CELL, 1, "UTC", (desk,)), issued_by="test", issued_at=NOON
        )
