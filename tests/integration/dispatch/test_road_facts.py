"""Closures reach dispatch as facts: its seconds and recommendations follow, and go back."""

from dataclasses import replace

from beaconfire_contracts.facts.geo import RoadsClosed, RoadsOpened, RoadsReleased
from beaconfire_contracts.places import Point, Stretch
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.made_of import hash_of, made_of
from beaconfire_dispatch.adapters.road_facts import closed_now, closures_on
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_platform.ids import new_id
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_testkit.builders import NOON, an_example_of
from beaconfire_testkit.city import City
from beaconfire_testkit.grid import grid
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest, a_subject

NETWORK = grid_of_roads(6)


def _place(node: int) -> Point:
    at = NETWORK.point(node)
    return Point(at.lon, at.lat)


def _closed(tail: int, head: int, share: float = 0.0) -> RoadsClosed:
    return replace(
        an_example_of(RoadsClosed),
        closure_id=new_id(),
        roads="main",
        ring=(),
        stretches=(Stretch(_place(tail), _place(head)),),
        speed_share=share,
    )


async def _release(city: City, geo: ServiceUnderTest, network: RoadNetwork) -> None:
    keeper = geo.client(a_subject(Role.ADMINISTRATOR))
    await keeper.put("/v1/layers/grid", json=grid())
    kind = {"content-type": "application/octet-stream"}
    roads = await keeper.put("/v1/roads/main", content=network.to_bytes(), headers=kind)
    sha256 = roads.json()["sha256"]
    await city.running.tell(replace(an_example_of(RoadsReleased), roads="main", sha256=sha256))
    await city.running.catch_up()


async def _tell(city: City, *facts: RoadsClosed | RoadsOpened) -> None:
    for one in facts:
        await city.running.tell(one)
    await city.running.catch_up()


def _seconds(roads: Roads, source: int, target: int) -> float:
    return float(roads.matrix([_place(source)], [_place(target)])[0, 0])


async def test_seconds_follow_what_is_closed_and_go_back_when_it_is_opened(
    city: City, geo: ServiceUnderTest
) -> None:
    await _release(city, geo, NETWORK)
    roads = Roads(city.running.ground.database, geo.client(a_subject(Role.SERVICE)))
    assert await roads.refresh()
    closed, slowed = _closed(0, 1), _closed(1, 0, 0.25)

    await _tell(city, closed, slowed)
    before = _seconds(roads, 0, 1)
    assert await roads.refresh()
    assert not await roads.refresh()
    during = _seconds(roads, 0, 1), _seconds(roads, 1, 0)
    await _tell(city, *(RoadsOpened(one.closure_id, "main", NOON) for one in (closed, slowed)))
    assert await roads.refresh()

    assert before == 20.0
    assert during == (60.0, 60.0)  # slowed to 80 s: the way around the block is shorter
    assert (_seconds(roads, 0, 1), _seconds(roads, 1, 0)) == (20.0, 20.0)


async def test_one_closure_in_place_of_another_is_not_told_as_the_same(
    city: City, geo: ServiceUnderTest
) -> None:
    await _release(city, geo, NETWORK)
    roads = Roads(city.running.ground.database, geo.client(a_subject(Role.SERVICE)))
    first, second = _closed(0, 1), _closed(1, 0)

    await roads.refresh()
    nothing = made_of(roads)
    await _tell(city, first)
    await roads.refresh()
    before = made_of(roads)
    await _tell(city, RoadsOpened(first.closure_id, "main", NOON), second)
    await roads.refresh()
    after = made_of(roads)

    assert (nothing.closures, nothing.closures_hash) == (0, None)
    assert (before.closures, after.closures) == (1, 1)
    assert before.closures_hash == hash_of({first.closure_id})
    assert after.closures_hash == hash_of({second.closure_id}) != before.closures_hash


async def test_a_new_graph_is_fetched_with_what_is_closed_on_it(
    city: City, geo: ServiceUnderTest
) -> None:
    await _tell(city, _closed(0, 1))
    await _release(city, geo, NETWORK)
    roads = Roads(city.running.ground.database, geo.client(a_subject(Role.SERVICE)))

    assert await roads.refresh()
    assert _seconds(roads, 0, 1) == 60.0
    await _release(city, geo, grid_of_roads(7))
    assert await roads.refresh()

    assert _seconds(roads, 0, 1) == 60.0


async def test_closures_of_other_roads_close_nothing_here(
    city: City, geo: ServiceUnderTest
) -> None:
    mine, others = _closed(0, 1), replace(_closed(0, 1), roads="tunnels")

    await _tell(city, mine, others)

    async with city.running.ground.database.reading() as connection:
        assert await closed_now(connection, "main") == {mine.closure_id}
        assert set(await closures_on(connection, "tunnels")) == {others.closure_id}
