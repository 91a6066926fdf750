"""Places where people are: imported as a layer, found near a point and inside a zone."""

from typing import Any

import httpx

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.key_places import KeyPlaces
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import MIDDLE


def place(code: str, level: str, north_m: float, people: int | None) -> dict[str, Any]:
    """A place so many metres north of the middle."""
    told: dict[str, Any] = {"code": code, "level": level, "name_zh": code, "name_en": code}
    if people is not None:
        told["people"] = people
    point = [MIDDLE.lon, MIDDLE.lat + north_m / 111_195]
    geometry = {"type": "Point", "coordinates": point}
    return {"type": "Feature", "properties": told, "geometry": geometry}


def layer(*places: dict[str, Any]) -> dict[str, Any]:
    """A map of places."""
    return {"type": "FeatureCollection", "crs": "WGS84", "kind": "key_place", "features": [*places]}


async def test_places_are_found_by_how_near_they_are_and_by_the_version_in_force(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    places = KeyPlaces(geo.ground.database, "key-places")
    here = Point(MIDDLE.lon, MIDDLE.lat)
    before = await places.near(here, 1_000.0)
    whole = layer(place("s1", "school", 300.0, 640), place("h1", "hospital", 50.0, 120))

    await keeper.put("/v1/layers/key-places", json=whole)
    both = await places.near(here, 1_000.0)
    near = await places.near(here, 100.0)
    await keeper.put("/v1/layers/key-places", json=layer(place("h1", "hospital", 50.0, 90)))
    after = await places.near(here, 1_000.0)

    assert before == []
    assert [(one.place.code, one.place.people) for one in both] == [("h1", 120), ("s1", 640)]
    assert [one.place.code for one in near] == ["h1"]
    assert 49 < near[0].distance_m < 51
    assert [(one.place.code, one.place.people) for one in after] == [("h1", 90), ("s1", 640)]


async def test_a_zone_tells_the_places_in_it_and_how_many_people_they_hold(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    places = layer(
        place("s1", "school", 90.0, 640), place("h1", "hospital", 140.0, 120),
        place("k1", "kindergarten", 0.0, None), place("v1", "venue", 400.0, 9_000),
    )  # fmt: skip
    sent = await keeper.put("/v1/layers/key-places", json=places)
    zone = {
        "kind": "explosion", "severity": "extreme", "name": "Depot", "radius_m": 100.0,
        "centre": {"lon": MIDDLE.lon, "lat": MIDDLE.lat}, "stand_off_m": 50.0,
    }  # fmt: skip

    inside = (await desk.post("/v1/zones", json=zone)).json()["inside"]

    assert sent.status_code == 200, sent.text
    assert [(one["code"], one["kind"]) for one in inside["places"]] == [
        ("h1", "hospital"), ("k1", "kindergarten"), ("s1", "school"),
    ]  # fmt: skip
    assert (inside["place_count"], inside["people"]) == (3, 760)
