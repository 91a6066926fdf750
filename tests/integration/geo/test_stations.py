"""A released station layer tells of each station once: whose it is, where, what became of it."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.facts.geo import LayerReleased, StationMapped, StationUnmapped
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Role
from beaconfire_geo.adapters.stations import PgStations
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.matters import UnknownBody
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.grid import WEST, grid
from beaconfire_testkit.service import ServiceUnderTest, a_subject

from .import_parts import checked, opened, sent

FIRE = replace(
    an_example_of(BodyRegistered), body_id=BodyId(new_id()), code="fire", division="akl",
    name_zh="消防", name_en="Fire",
)  # fmt: skip
AID = replace(FIRE, body_id=BodyId(new_id()), code="aid", name_zh="急救", name_en="Ambulance")


def station(code: str, body: str | None = "fire", lon: float = 174.705) -> dict[str, Any]:
    """One station as a feature."""
    told = {"code": code, "level": "station", "name_zh": f"{code}站", "name_en": f"Station {code}"}
    return {
        "type": "Feature",
        "properties": told if body is None else told | {"body": body},
        "geometry": {"type": "Point", "coordinates": [lon, -36.895]},
    }


def stations(*features: dict[str, Any]) -> dict[str, Any]:
    """A layer of them."""
    return {
        "type": "FeatureCollection", "crs": "WGS84", "kind": "station", "features": list(features),
    }  # fmt: skip


@pytest.fixture
async def ours(geo: ServiceUnderTest, keeper: httpx.AsyncClient) -> httpx.AsyncClient:
    """The keeper of a city with a grid and two bodies."""
    await keeper.put("/v1/layers/grid", json=grid(WEST))
    await geo.tell(FIRE, AID)
    await geo.catch_up()
    return keeper


async def put(
    client: httpx.AsyncClient, *features: dict[str, Any], layer: str = "stations"
) -> httpx.Response:
    """The layer, released."""
    return await client.put(f"/v1/layers/{layer}", json=stations(*features))


async def test_each_new_station_is_told_with_its_body_and_the_same_map_again_tells_nothing(
    geo: ServiceUnderTest, ours: httpx.AsyncClient
) -> None:
    first = await put(ours, station("S1"), station("S2", "aid"))
    again = await put(ours, station("S2", "aid"), station("S1"))

    assert (first.status_code, again.json()) == (200, first.json()), first.text
    told = await geo.told(StationMapped)
    assert [(one.code, one.body, one.division) for one in told] == [
        ("S1", FIRE.body_id, "akl"), ("S2", AID.body_id, "akl"),
    ]  # fmt: skip
    assert (told[0].point.lon, told[0].point.lat) == (174.705, -36.895)
    assert len(await geo.told(LayerReleased)) == 2


async def test_a_map_that_is_released_again_unchanged_has_its_stations_from_then_on(
    geo: ServiceUnderTest, ours: httpx.AsyncClient
) -> None:
    for layer in ("stations2", "stations", "stations2", "stations2"):
        released = await put(ours, station("S1"), layer=layer)
        assert released.status_code == 200, released.text

    told = [(one.layer, one.code) for one in await geo.told(StationMapped)]

    assert told == [("stations2", "S1"), ("stations", "S1"), ("stations2", "S1")]
    assert len(await geo.told(LayerReleased)) == 3


async def test_a_station_that_another_map_has_goes_to_that_map_and_is_not_left_out(
    geo: ServiceUnderTest, ours: httpx.AsyncClient
) -> None:
    await put(ours, station("S1", lon=174.71), layer="stations2")
    await put(ours, station("S1"), station("S2"))

    await put(ours, station("S2"))
    kept = await geo.told(StationUnmapped)
    await put(ours, station("S3"), layer="stations2")

    told = [(one.layer, one.code, one.point.lon) for one in await geo.told(StationMapped)]
    assert kept == []
    assert told[3:] == [("stations2", "S1", 174.71), ("stations2", "S3", 174.705)]
    assert [(one.layer, one.code) for one in await geo.told(StationUnmapped)] == [
        ("stations2", "S1")
    ]


async def test_what_was_told_before_it_was_kept_whose_a_station_is_is_told_again(
    geo: ServiceUnderTest, ours: httpx.AsyncClient
) -> None:
    await put(ours, station("S1"))
    await geo.ground.database.pool.execute("delete from mapped_station")

    for _ in range(2):
        await put(ours, station("S1"))

    assert [one.code for one in await geo.told(StationMapped)] == ["S1", "S1"]


async def test_only_what_changed_is_told_and_what_is_left_out(
    geo: ServiceUnderTest, ours: httpx.AsyncClient
) -> None:
    await put(ours, station("S1"), station("S2"), station("S3"))

    await put(ours, station("S1"), station("S2", lon=174.8))

    told = await geo.told(StationMapped)
    assert [(one.code, one.point.lon) for one in told[3:]] == [("S2", 174.8)]
    assert [one.code for one in await geo.told(StationUnmapped)] == ["S3"]


async def test_a_station_whose_body_is_unknown_or_missing_is_refused_by_its_row(
    geo: ServiceUnderTest, ours: httpx.AsyncClient
) -> None:
    features = (station("S1"), station("S2", "lost"), station("S3", None))

    released = (await put(ours, *features)).json()
    looked = (await ours.post("/v1/layers/stations/preview", json=stations(*features))).json()
    of_a_cell = grid({**WEST, "properties": WEST["properties"] | {"body": "fire"}})
    nobodys = (await ours.post("/v1/layers/grid/preview", json=of_a_cell)).json()

    rows = [(one["row"], one["area"], one["code"]) for one in released["rows"]]
    assert rows == [(1, "S2", "unknown_body"), (2, "S3", "station_without_body")]
    assert looked["rows"] == released["rows"]
    assert nobodys["code"] == "body_of_no_station"
    assert await geo.told(StationMapped) == []


async def test_a_preview_says_row_by_row_whose_each_station_is_and_what_becomes_of_it(
    ours: httpx.AsyncClient,
) -> None:
    await put(ours, station("S1"), station("S2"), station("S9"))
    wanted = stations(station("S3", "aid"), station("S2"), station("S1", "aid"))

    told = (await ours.post("/v1/layers/stations/preview", json=wanted)).json()

    seen = [(one["row"], one["code"], one["body_en"], one["change"]) for one in told["stations"]]
    assert seen == [
        (0, "S3", "Ambulance", "new"), (1, "S2", "Fire", "same"), (2, "S1", "Ambulance", "changed"),
        (None, "S9", "Fire", "left_out"),
    ]  # fmt: skip
    assert told["counts"].items() >= {"stations": 4, "stations_new": 1, "unchanged": 1}.items()


async def test_an_import_is_judged_and_told_as_a_release_at_once_is(
    geo: ServiceUnderTest, ours: httpx.AsyncClient
) -> None:
    bad, good = [await opened(ours, "stations", kind="station") for _ in range(2)]
    await sent(ours, bad, stations(station("S1", "lost")))
    await sent(ours, good, stations(station("S1"), station("S2", "aid")))

    refused, ready = [await checked(geo, ours, one) for one in (bad, good)]
    for _ in range(2):
        released = await ours.post(f"/v1/layer-imports/{good}/release")
        assert released.status_code == 200, released.text

    assert refused["problem"]["rows"][0]["code"] == "unknown_body"
    assert [one["body"] for one in ready["preview"]["stations"]] == ["fire", "aid"]
    assert [one.code for one in await geo.told(StationMapped)] == ["S1", "S2"]


async def test_who_may_not_release_the_city_moves_no_station(
    geo: ServiceUnderTest, ours: httpx.AsyncClient
) -> None:
    async with geo.client(a_subject(Role.ADMINISTRATOR, reach="wlg")) as theirs:
        refused = await put(theirs, station("S1"))

    assert refused.status_code == 403
    assert await geo.told(StationMapped) == []


async def test_a_staged_station_whose_body_nobody_knows_is_refused_and_not_left_out(
    geo: ServiceUnderTest,
) -> None:
    one = Area("S1", "station", "S1", "一站", "One", None, body="lost")
    database = geo.ground.database
    async with database.transaction(cause=Cause(actor="test", correlation_id="t")) as tx:
        await tx.connection.execute(
            "insert into area (layer, version, code, level, path, name_zh, name_en, body) "
            "values ('stations', 7, $1, $2, $3, $4, $5, $6)",
            one.code, one.level, one.path, one.name_zh, one.name_en, one.body,
        )  # fmt: skip

    async with database.reading() as connection:
        with pytest.raises(UnknownBody):
            await PgStations(connection).of("stations", 7)
