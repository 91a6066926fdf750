"""Dispatch's stations follow the maps that geo releases, each told of once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from beaconfire_contracts.facts.geo import StationMapped, StationUnmapped
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.known_rows import KnownRows
from beaconfire_dispatch.application.follow_station import Followed, keys
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.city import City

HERE, THERE = Point(174.76, -36.85), Point(174.79, -36.83)
FIRE = BodyId("0192f3a4-0000-7000-8000-00000000f12e")


def mapped(code: str = "M1", point: Point = HERE, **more: Any) -> StationMapped:
    """A station of the layer `stations`."""
    told: dict[str, Any] = {"name_zh": "新站", "name_en": "New", "body": FIRE, "division": "akl"}
    return StationMapped("stations", 1, code, point=point, mapped_at=NOON, **(told | more))


def unmapped(code: str = "M1", layer: str = "stations") -> StationUnmapped:
    """A later version leaves it out."""
    return StationUnmapped(layer, 2, code, NOON)


async def follow(city: City, *told: Followed) -> dict[str, dict[str, Any]]:
    """The stations by code, once dispatch heard of these."""
    await city.running.tell(*told)
    await city.running.catch_up()
    return await by_code(city)


async def by_code(city: City) -> dict[str, dict[str, Any]]:
    """All stations."""
    page = (await city.administrator.get("/v1/stations")).json()
    return {one["code"]: one for one in page["items"]}


async def told_of(city: City, code: str) -> list[str]:
    """What dispatch told of a station, in order."""
    station_id = (await by_code(city))[code]["id"]
    rows = await city.running.ground.database.pool.fetch(
        "select type from log.fact where key = $1 order by key_version", station_id
    )
    return [one["type"].split(".")[2] for one in rows]


async def test_a_mapped_station_is_registered_once_however_often_it_is_told(city: City) -> None:
    first = await follow(city, mapped())
    again = await follow(city, mapped(), mapped())

    assert again == first
    assert (first["M1"]["body"], first["M1"]["division"]) == (FIRE, "akl")
    assert await told_of(city, "M1") == ["station-registered"]


async def test_another_place_moves_the_same_station_and_its_free_units_are_looked_for_there(
    city: City,
) -> None:
    station = (await follow(city, mapped()))["M1"]
    await city.add_unit("E9", station=station["id"])
    known, database = KnownRows(), city.running.ground.database
    async with database.reading() as connection:
        before = {one.free.call_sign: one.home for one in await known.units(connection)}

    moved = (await follow(city, mapped(point=THERE, name_en="Moved")))["M1"]

    async with database.reading() as connection:
        after = {one.free.call_sign: one.home for one in await known.units(connection)}
    assert (before["E9"], after["E9"]) == (HERE, THERE)
    assert (moved["id"], moved["name_en"]) == (station["id"], "Moved")
    assert await told_of(city, "M1") == ["station-registered", "station-changed"]


async def test_a_station_that_was_registered_by_hand_follows_the_map_from_then_on(
    city: City,
) -> None:
    by_hand = city.station

    same = replace(
        mapped(by_hand["code"], Point(**by_hand["point"])), name_zh=by_hand["name_zh"],
        name_en=by_hand["name_en"], body=BodyId(by_hand["body"]),
    )  # fmt: skip
    taken = (await follow(city, same))[by_hand["code"]]
    moved = (await follow(city, replace(same, point=THERE)))[by_hand["code"]]

    assert (taken["id"], taken["layer"]) == (by_hand["id"], "stations")
    assert (moved["id"], moved["point"]["lon"]) == (by_hand["id"], THERE.lon)
    assert await told_of(city, by_hand["code"]) == ["station-registered", "station-changed"]


async def test_what_a_map_leaves_out_is_retired_and_comes_back_with_it(city: City) -> None:
    station = (await follow(city, mapped()))["M1"]
    unit = await city.add_unit("E9", station=station["id"])

    retired = (await follow(city, unmapped(), unmapped()))["M1"]
    cover = await city.desk.get("/v1/cover")
    asked = {"call_sign": "E10", "kind": "engine", "station_id": station["id"]}
    refused = await city.administrator.post("/v1/units", json=asked | {"capabilities": ["engine"]})
    again = await city.administrator.post(
        "/v1/units", json=asked | {"call_sign": "E9", "capabilities": ["engine"]}
    )
    sent = await city.desk.put(
        f"/v1/units/{city.units['E1']['id']}/standby", json={"station_id": station["id"]}
    )
    back = (await follow(city, mapped()))["M1"]

    assert retired["retired_at"] is not None
    assert cover.status_code == 200, cover.text
    assert [(one.status_code, one.json()["code"]) for one in (refused, sent)] == [
        (409, "station_retired")
    ] * 2
    assert again.json()["id"] == unit["id"]
    assert (back["id"], back["retired_at"]) == (station["id"], None)
    assert await told_of(city, "M1") == ["station-registered", "station-retired", "station-changed"]


async def test_a_map_retires_only_what_is_its_own(city: City) -> None:
    await follow(city, mapped(), replace(mapped(), layer="other"))

    kept = await follow(city, unmapped(), unmapped(city.station["code"]), unmapped("nobody"))
    gone = await follow(city, unmapped(layer="other"))

    assert [kept[one]["retired_at"] for one in ("M1", city.station["code"])] == [None, None]
    assert gone["M1"]["retired_at"] is not None


async def test_of_two_maps_the_newest_has_a_station_whichever_is_heard_last(city: City) -> None:
    taken_at, back_at, gone_at = (NOON + timedelta(minutes=one) for one in (1, 2, 3))
    taken = replace(mapped(point=THERE), layer="other", mapped_at=taken_at)
    back = replace(mapped(), mapped_at=back_at)

    kept = (await follow(city, mapped(), back, taken))["M1"]
    gone = (await follow(city, replace(unmapped(), unmapped_at=gone_at)))["M1"]
    late = (await follow(city, replace(taken, name_en="Later")))["M1"]

    assert (kept["layer"], kept["point"]["lon"]) == ("stations", HERE.lon)
    assert gone["retired_at"] is not None
    assert late == gone
    assert await told_of(city, "M1") == ["station-registered", "station-retired"]


async def test_a_map_that_took_a_station_over_has_it_though_the_one_before_is_heard_first(
    city: City,
) -> None:
    taken = replace(mapped(), layer="other", mapped_at=NOON + timedelta(minutes=1))
    left_out = replace(unmapped(), unmapped_at=NOON + timedelta(minutes=2))

    station = (await follow(city, mapped(), left_out, taken))["M1"]

    assert (station["layer"], station["retired_at"]) == ("other", None)


async def test_what_is_delivered_again_from_the_beginning_takes_effect_once(city: City) -> None:
    before = await follow(city, mapped(), mapped(point=THERE), unmapped())
    pool = city.running.ground.database.pool

    await pool.execute("delete from position where consumer = 'dispatch'")
    await city.running.catch_up()

    assert await by_code(city) == before
    told = ["station-registered", "station-changed", "station-retired"]
    assert await told_of(city, "M1") == told


def test_its_layer_and_its_code_are_locked() -> None:
    assert set(keys(mapped())) == {aggregate("stations"), aggregate("station-code/M1")}
