"""Bodies of the zones' routes: strict and bounded; what is told of a zone is all of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import ZoneKind, ZoneSeverity
from beaconfire_geo.application.zoning import DrawnEdge, ZoneEdge, ZoneInside
from beaconfire_geo.domain.zones import HazardZone
from beaconfire_geo.entrypoints.zone_schemas import (
    IMPORTED_MAX,
    ZoneIn,
    ZonesIn,
    inside_out,
    zone_out,
)
from beaconfire_testkit.builders import NOON

BODY: dict[str, Any] = {
    "kind": "fire", "severity": "minor", "name": "Yard", "centre": {"lon": 174.7, "lat": -36.9},
    "radius_m": 80.0, "speed_share": 0,
}  # fmt: skip
FEATURE: dict[str, Any] = {
    "type": "Feature",
    "properties": {"kind": "flood", "severity": "severe", "name": "Creek", "radius_m": 30.0},
    "geometry": {"type": "Point", "coordinates": [174.7, -36.9]},
}
RING = (Point(174.7, -36.9), Point(174.71, -36.9), Point(174.71, -36.89), Point(174.7, -36.9))


def test_what_is_sent_is_what_is_told_again() -> None:
    body = ZoneIn.model_validate(BODY)
    drawn = DrawnEdge(RING, Point(174.7, -36.9), 80.0, "akl")

    told = zone_out(HazardZone("z1", 1, body.plan(drawn), drawn.path, None, NOON, NOON))

    assert (told.kind, told.severity, told.name) == (ZoneKind.FIRE, ZoneSeverity.MINOR, "Yard")
    assert (told.radius_m, told.speed_share, told.path) == (80.0, 0, "akl")
    assert told.area == {"type": "Polygon", "coordinates": [[[p.lon, p.lat] for p in RING]]}


@pytest.mark.parametrize(
    "more",
    [
        {"color": "red"},
        {"name": ""},
        {"name": "a\nb"},
        {"radius_m": "80"},
        {"speed_share": 1},
        {"stand_off_m": 5_001.0},
        {"centre": {"lon": 181.0, "lat": 0.0}},
        {"ends_at": "tomorrow"},
    ],
)
def test_what_is_not_meant_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ZoneIn.model_validate(BODY | more)


def test_a_file_names_its_coordinate_system_and_holds_so_many_zones() -> None:
    body = {"type": "FeatureCollection", "crs": "EPSG:4326", "features": [FEATURE]}

    read = ZonesIn.model_validate(body)

    assert read.features[0].edge(read.crs) == ZoneEdge(FEATURE["geometry"], None, 30.0, "EPSG:4326")
    for wrong in ({"crs": ""}, {"features": []}, {"features": [FEATURE] * (IMPORTED_MAX + 1)}):
        with pytest.raises(ValidationError):
            ZonesIn.model_validate(body | wrong)


def test_nothing_inside_is_told_as_nothing() -> None:
    told = inside_out(ZoneInside([], 0, [], 0, 0, 0, []))

    assert (told.cells, told.places, told.unit_ids, told.people) == ([], [], [], 0)
