"""Each ablation lacks one part of ours and keeps the others."""

import pytest
from tests.unit.city.test_closest import a_call, a_scene, under_way

from beaconfire.city.ablations import Greedy, StandbyOnly, StraightLines
from beaconfire.city.folder import City
from beaconfire.city.ours import Ours
from beaconfire.city.scene import Demand
from beaconfire.city.trips import CityRoads


def test_greedy_gives_the_first_call_its_best_whatever_the_second_pays(
    city: City, roads: CityRoads
) -> None:
    scene = a_scene(city, roads)
    scene.units[2:] = []
    scene.demands = [Demand(a_call(1, 1, 12)), Demand(a_call(2, 1, 0))]

    jointly = {one.number: to.call.number for one, to in Ours(city, roads).decide(scene)}
    greedily = {one.number: to.call.number for one, to in Greedy(city, roads).decide(scene)}

    assert jointly == {0: 2, 1: 1}
    nearest = int(scene.seconds(scene.units, scene.demands)[:, 0].argmin())
    assert greedily[nearest] == 1


def test_greedy_leaves_a_call_that_nobody_may_take(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    scene.units[1:] = []
    high, low = Demand(a_call(1, 1, 20)), Demand(a_call(2, 3, 1))
    under_way(scene, scene.units[0], high)
    scene.demands = [high, low]

    assert Greedy(city, roads).decide(scene) == []


def test_straight_lines_know_no_one_way_street(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    scene.units[1:] = []
    policy = StraightLines(city, roads)

    there = policy.seconds(scene, scene.units, [Demand(a_call(1, 1, 4))])
    back = roads.km_between(city.tail[:1] * 0 + 4, city.tail[:1] * 0)

    kmh = policy.kmh["lights"]
    assert there[0, 0] == pytest.approx(float(back[0]) * 1.35 / kmh * 3_600)


def test_only_standby_places_differ_from_jemss(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    scene.units[1:2] = []
    policy = StandbyOnly(city, roads)

    assert policy.standby(scene, scene.units[0]) == 0
    assert policy.decide(scene) == []
