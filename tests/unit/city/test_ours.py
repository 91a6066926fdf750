"""Our policy asks the engine, and gives back what differs from what is under way."""

import pytest
from tests.unit.city.test_closest import a_call, a_scene, under_way

from beaconfire.city.folder import City
from beaconfire.city.ours import Ours
from beaconfire.city.scene import Demand
from beaconfire.city.trips import CityRoads


def test_two_calls_are_matched_jointly(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    scene.units[2:] = []
    scene.demands = [Demand(a_call(1, 1, 12)), Demand(a_call(2, 1, 0))]

    sent = Ours(city, roads).decide(scene)

    assert {(unit.number, demand.call.number) for unit, demand in sent} == {(0, 2), (1, 1)}


def test_nothing_is_changed_that_is_best_already(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    scene.demands = [Demand(a_call(1, 1, 1))]
    under_way(scene, scene.units[0], scene.demands[0])

    assert Ours(city, roads).decide(scene) == []


@pytest.mark.parametrize(("most", "sent"), [(0, 0), (1, 1)])
def test_a_unit_is_turned_round_as_often_as_allowed(
    city: City, roads: CityRoads, most: int, sent: int
) -> None:
    scene = a_scene(city, roads)
    scene.units[1:] = []
    low, high = Demand(a_call(1, 3, 20)), Demand(a_call(2, 1, 1))
    under_way(scene, scene.units[0], low)
    scene.demands = [low, high]

    found = Ours(city, roads, diversions_max=most).decide(scene)

    assert [demand.call.number for _, demand in found] == [2] * sent


def test_a_unit_without_work_stands_where_the_cover_gains_most(
    city: City, roads: CityRoads
) -> None:
    scene = a_scene(city, roads)
    scene.units[1:2] = []

    assert Ours(city, roads).standby(scene, scene.units[0]) == 0
    assert Ours(city, roads, relocates=False).standby(scene, scene.units[1]) == 1
