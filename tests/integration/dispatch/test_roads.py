"""Roads: straight lines until geo's graph is here, then its seconds; a graph is fetched once."""

from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from beaconfire_contracts.facts.geo import RoadsReleased
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.circumstances import Circumstances, Witness
from beaconfire_dispatch.adapters.made_of import MadeOf, made_of
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.snapshot import take_snapshot
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.engine.explain import advise
from beaconfire_spatial.road_engine import ROAD_ENGINE
from beaconfire_spatial.road_entries import OFF_ROAD_MPS
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.city import City
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest, a_subject

NETWORK = grid_of_roads(6)


@pytest.fixture
async def released(geo: ServiceUnderTest) -> str:
    """A layer and a graph that geo released; the graph's hash."""
    keeper = geo.client(a_subject(Role.ADMINISTRATOR))
    ring = [[174, -37], [176, -37], [176, -36], [174, -36], [174, -37]]
    city = {
        "type": "Feature",
        "properties": {
            "code": "akl", "level": "city", "parent": None, "name_zh": "市", "name_en": "City",
        },
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    grid = {"type": "FeatureCollection", "crs": "EPSG:4326", "features": [city]}
    layer = await keeper.put("/v1/layers/grid", json=grid)
    assert layer.status_code == 200, layer.text
    kind = {"content-type": "application/octet-stream"}
    roads = await keeper.put("/v1/roads/main", content=NETWORK.to_bytes(), headers=kind)
    assert roads.status_code == 200, roads.text
    return roads.json()["sha256"]


async def _tell(city: City, sha256: str) -> None:
    told = replace(an_example_of(RoadsReleased), roads="main", sha256=sha256)
    await city.running.tell(told)
    await city.running.catch_up()


def _seconds(roads: Roads) -> float:
    first, last = NETWORK.point(0), NETWORK.point(35)
    return float(roads.matrix([Point(first.lon, first.lat)], [Point(last.lon, last.lat)])[0, 0])


async def test_the_graph_in_force_is_fetched_by_its_hash_and_once(
    city: City, geo: ServiceUnderTest, released: str
) -> None:
    roads = Roads(city.running.ground.database, geo.client(a_subject(Role.SERVICE)))
    assert not await roads.refresh()
    assert roads.method == "straight_line"

    await _tell(city, released)

    assert await roads.refresh()
    assert not await roads.refresh()
    assert (roads.method, _seconds(roads)) == ("road", 200.0)
    assert made_of(roads) == MadeOf(released, 0, "road")
    labels = {"service": "dispatch", "engine": ROAD_ENGINE}
    assert REGISTRY.get_sample_value("beaconfire_road_engine", labels) == 1


async def test_the_leg_off_the_road_is_told_apart_where_a_graph_is_in_force(
    city: City, geo: ServiceUnderTest, whereabouts: Whereabouts, released: str
) -> None:
    ground = city.running.ground
    roads = Roads(ground.database, geo.client(a_subject(Role.SERVICE)))
    at = NETWORK.point(0)
    incident_id = await city.incident("fire", at=(at.lon, at.lat - 0.001))
    here = [Point(at.lon, at.lat - 0.001)]

    async def told() -> Circumstances:
        taken = await take_snapshot(ground.database, roads, whereabouts, ground.clock.now())
        advice = advise(taken.situation)[incident_id]
        return (await Witness(ground.database, roads, whereabouts).tell(taken, [advice]))[
            incident_id
        ]

    assert roads.off_road_s(here) is None
    assert (await told()).off_road_s == {}
    await _tell(city, released)
    await roads.refresh()

    legs = roads.off_road_s(here)
    assert legs is not None
    assert legs[0] == pytest.approx(111.2 / OFF_ROAD_MPS, rel=0.01)
    found = (await told()).off_road_s
    assert found[city.units["E1"]["id"]] >= round(float(legs[0]), 1)


async def test_while_geo_is_away_straight_lines_answer(city: City) -> None:
    await _tell(city, "0" * 64)
    roads = Roads(city.running.ground.database, city.running.ground.http)

    assert not await roads.refresh()
    assert roads.method == "straight_line"
    assert 0 < _seconds(roads) < 3600


async def test_a_graph_that_geo_does_not_have_changes_nothing(
    city: City, geo: ServiceUnderTest
) -> None:
    await _tell(city, "0" * 64)
    roads = Roads(city.running.ground.database, geo.client(a_subject(Role.SERVICE)))

    assert not await roads.refresh()


async def test_nowhere_to_nowhere_takes_no_seconds(city: City) -> None:
    roads = Roads(city.running.ground.database, city.running.ground.http)

    assert roads.matrix([], [Point(174.7, -36.8)]).shape == (0, 1)
    assert roads.matrix([Point(174.7, -36.8)], []).shape == (1, 0)
