"""A unit moves up where the whole cover gains enough, and not while anybody waits."""

from tests.unit.city.test_closest import a_call, a_scene

from beaconfire.city.folder import City
from beaconfire.city.moving_up import MovingUp
from beaconfire.city.scene import Demand, Doing
from beaconfire.city.trips import CityRoads


def test_of_two_at_one_station_one_goes_to_the_empty_one(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    scene.units[0].doing = Doing.BUSY
    policy = MovingUp(city, roads)

    assert policy.moves(scene) == [(scene.units[1], 0)]
    scene.units[1].station = 0
    assert policy.moves(scene) == []


def test_nobody_moves_while_somebody_waits_or_only_one_is_free(
    city: City, roads: CityRoads
) -> None:
    scene = a_scene(city, roads)
    scene.units[0].doing = Doing.BUSY
    policy = MovingUp(city, roads)
    scene.demands = [Demand(a_call(1, 1, 12))]

    assert policy.moves(scene) == []
    scene.demands = []
    scene.units[1].doing = Doing.BUSY
    assert policy.moves(scene) == []
