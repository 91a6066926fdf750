"""Zones of a file: all of them, or none and each wrong row named."""

from typing import Any

import httpx

from beaconfire_contracts.facts.geo import ZoneDeclared
from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.service import ServiceUnderTest, a_subject

SQUARE = [[174.7, -36.9], [174.71, -36.9], [174.71, -36.89], [174.7, -36.9]]


def feature(kind: str, coordinates: Any, **told: Any) -> dict[str, Any]:
    """A zone of a file."""
    properties = {"kind": "flood", "severity": "moderate", "name": "Creek", **told}
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def file(*features: dict[str, Any], crs: str = "WGS84") -> dict[str, Any]:
    """A file of zones."""
    return {"type": "FeatureCollection", "crs": crs, "features": list(features)}


async def test_a_files_zones_come_into_force_together_in_whatever_system_they_were_drawn(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    polygon = feature("Polygon", [SQUARE])
    circle = feature("Point", [116.404, 39.915], radius_m=500.0)

    first = await desk.post("/v1/zone-files", json=file(polygon, feature("Polygon", [SQUARE])))
    second = await desk.post("/v1/zone-files", json=file(circle, crs="GCJ-02"))

    assert (first.status_code, second.status_code) == (201, 201), second.text
    [moved] = second.json()["items"]
    assert 0.005 < 116.404 - moved["centre"]["lon"] < 0.007
    assert len(await geo.told(ZoneDeclared)) == 3


async def test_one_wrong_row_keeps_all_out_and_is_named(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    good = feature("Polygon", [SQUARE])
    open_ring = feature("Polygon", [SQUARE[:-1]], name="Open")
    no_radius = feature("Point", [174.7, -36.9])

    refused = await desk.post("/v1/zone-files", json=file(good, open_ring, no_radius))
    unknown = await desk.post("/v1/zone-files", json=file(good, crs="EPSG:999999"))

    told = refused.json()
    assert (refused.status_code, told["code"], told["rows_wrong"]) == (422, "bad_zone", 2)
    assert [(one["pointer"], one["row"], one["area"]) for one in told["rows"]] == [
        ("/features/1", 1, "Open"), ("/features/2", 2, "Creek"),
    ]  # fmt: skip
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_crs")
    assert await geo.told(ZoneDeclared) == []


async def test_a_file_is_taken_of_whoever_may_declare(geo: ServiceUnderTest) -> None:
    async with geo.client(a_subject(Role.CALL_TAKER)) as taker:
        answer = await taker.post("/v1/zone-files", json=file(feature("Polygon", [SQUARE])))

    assert answer.status_code == 403
