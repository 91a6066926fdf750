"""What a policy sees of a city at one moment."""

import numpy as np
from tests.unit.city.test_closest import a_call, a_scene, under_way

from beaconfire.city.folder import City
from beaconfire.city.scene import BELIEFS, Conditions, Demand
from beaconfire.city.trips import CityRoads


def test_who_waits_is_told_the_most_urgent_and_oldest_first(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    scene.demands = [Demand(a_call(1, 3, 1)), Demand(a_call(3, 1, 2)), Demand(a_call(2, 1, 2))]
    under_way(scene, scene.units[0], scene.demands[2])

    assert [one.call.number for one in scene.waiting] == [3, 1]
    assert scene.free == scene.units[1:]


def test_each_call_is_driven_to_in_its_own_mode(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    high, low = Demand(a_call(1, 1, 12)), Demand(a_call(2, 3, 12))

    [[lights_s, regular_s]] = scene.seconds(scene.units[:1], [high, low])

    assert regular_s > 1.3 * lights_s


def test_beliefs_are_wrong_by_their_spread_and_right_in_the_middle() -> None:
    drawn = np.log(Conditions(eta_sigma=0.2, seed=5).beliefs(20))

    assert drawn.shape == (20, BELIEFS)
    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.std() - 0.2) < 0.01
