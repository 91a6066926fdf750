"""Stations, hospitals, units and cover over HTTP; a seeding may be repeated."""

from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import (
    HospitalRegistered,
    StationRegistered,
    UnitRegistered,
)
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.entrypoints import register_api
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.service import a_subject


async def test_a_station_registered_twice_is_one_and_told_once(city: City) -> None:
    again = await city.add_station("S1", name_en="Another name")

    assert again == city.station
    assert len(await city.running.told(StationRegistered)) == 1
    listed = await get(city.desk, "/v1/stations")
    assert [one["code"] for one in listed["items"]] == ["S1"]


async def test_a_hospital_registered_twice_is_one_and_told_once(city: City) -> None:
    asked = {
        "code": "H1", "name_zh": "市医院", "name_en": "City Hospital",
        "point": {"lon": 174.77, "lat": -36.86},
    }  # fmt: skip

    first = await post(city.administrator, "/v1/hospitals", asked, status=201)
    again = await post(city.administrator, "/v1/hospitals", asked, status=201)

    assert again == first
    assert len(await city.running.told(HospitalRegistered)) == 1
    assert (await get(city.desk, "/v1/hospitals"))["items"] == [first]


async def test_a_unit_registered_twice_is_one_and_told_once(city: City) -> None:
    before = city.units["E1"]

    again = await city.add_unit("E1")

    assert again == before
    assert len(await city.running.told(UnitRegistered)) == 4
    assert (await city.unit("E1"))["type"] == "engine"


async def test_a_unit_registered_again_while_at_work_is_answered_as_it_stands(city: City) -> None:
    incident_id = await city.incident()
    [assignment] = await city.order(incident_id, "E1")

    again = await city.add_unit("E1")

    assert (again["incident_id"], again["assignment_id"]) == (incident_id, assignment["id"])
    assert again["status"] == "dispatched"


async def test_a_call_sign_of_another_station_is_taken_and_says_nothing_more(city: City) -> None:
    other = await city.add_station("S2")
    asked = {
        "call_sign": "E1", "kind": "engine", "station_id": other["id"], "capabilities": ["engine"],
    }  # fmt: skip

    answer = await city.administrator.post("/v1/units", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "call_sign_taken")


async def test_a_stations_code_in_another_place_is_taken(city: City) -> None:
    asked = city.station | {"division": "wlg", "body": new_id()}
    for told in ("id", "layer", "retired_at"):
        asked.pop(told)
    elsewhere = city.running.client(a_subject(Role.ADMINISTRATOR, reach="wlg", body=asked["body"]))

    answer = await elsewhere.post("/v1/stations", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "station_code_taken")


async def test_a_unit_without_a_known_station_is_refused(city: City) -> None:
    asked = {
        "call_sign": "E9", "kind": "engine", "station_id": new_id(), "capabilities": ["engine"],
    }  # fmt: skip

    answer = await city.administrator.post("/v1/units", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_station")
    assert answer.json()["pointer"] == "/station_id"


async def test_units_are_listed_by_call_sign_page_after_page(city: City) -> None:
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await get(city.desk, "/v1/units", limit=3, **cursor)
        found += [one["call_sign"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert found == ["A1", "E1", "E2", "L1"]


async def test_units_of_another_division_are_neither_listed_nor_found(city: City) -> None:
    stranger = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))

    one = await stranger.get(f"/v1/units/{city.units['E1']['id']}")
    nobody = await city.desk.get(f"/v1/units/{new_id()}")

    assert (await get(stranger, "/v1/units"))["items"] == []
    assert (one.status_code, nobody.status_code) == (404, 404)


async def test_only_who_may_registers_and_a_viewer_reads(city: City) -> None:
    viewer = city.centre.client(Role.VIEWER, seat=None)
    asked = {"call_sign": "E9", "kind": "engine", "station_id": city.station["id"],
             "capabilities": ["engine"]}  # fmt: skip

    assert (await viewer.post("/v1/units", json=asked)).status_code == 403
    assert (await city.desk.post("/v1/units", json=asked)).status_code == 403
    assert len((await get(viewer, "/v1/units"))["items"]) == 4
    assert (await city.running.client().get("/v1/units")).status_code == 401


async def test_cover_falls_when_the_only_ambulance_leaves(city: City) -> None:
    before = await get(city.desk, "/v1/cover")
    await city.order(await city.incident(), "A1")
    after = await get(city.desk, "/v1/cover")

    assert before["within_s"] == 480
    assert before["shares"] == {"ambulance": 1.0, "engine": 1.0, "ladder": 1.0}
    assert after["shares"] == {"ambulance": 0.0, "engine": 1.0, "ladder": 1.0}


async def test_cover_is_counted_on_all_units_however_few_are_read_at_once(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_api, "UNITS_AT_ONCE", 2)

    assert set((await get(city.desk, "/v1/cover"))["shares"]) == {"ambulance", "engine", "ladder"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"capabilities": []}, "/capabilities"),
        ({"kind": "spaceship"}, "/kind"),
        ({"call_sign": "E 9"}, "/call_sign"),
        ({"more": 1}, "/more"),
    ],
)
async def test_a_unit_that_cannot_be_is_refused_with_a_pointer(
    city: City, change: dict[str, Any], pointer: str
) -> None:
    asked = {"call_sign": "E9", "kind": "engine", "station_id": city.station["id"],
             "capabilities": ["engine"]}  # fmt: skip

    answer = await city.administrator.post("/v1/units", json=asked | change)

    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)
