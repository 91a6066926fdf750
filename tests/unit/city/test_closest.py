"""The field's policies do what is published of them."""

import numpy as np

from beaconfire.city.closest import Closest, Dmexclp, JemssDefault, nearest_entries
from beaconfire.city.folder import City, CityCall, Site
from beaconfire.city.scene import Ambulance, Demand, Doing, Scene
from beaconfire.city.trips import CityRoads


def a_call(number: int, priority: int, node: int) -> CityCall:
    return CityCall(1, number, 0.0, priority, Site(node, 0.0), 600.0, False, 0.0)


def a_scene(city: City, roads: CityRoads) -> Scene:
    units = [
        Ambulance(number, home, Doing.STANDING_BY, city.stations[home])
        for number, home in enumerate(city.homes)
    ]
    return Scene(city, roads, 100.0, units, [])


def under_way(scene: Scene, unit: Ambulance, demand: Demand) -> None:
    mode = scene.city.parameters.mode[demand.call.priority]
    start = scene.roads.leaving(unit.at, mode)
    unit.trip = scene.roads.trip(mode, scene.now_s - 30.0, start, demand.call.site)
    unit.doing, unit.demand, demand.unit = Doing.RESPONDING, demand, unit


def test_the_closest_goes_and_the_most_urgent_is_first(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    scene.units[1:] = []
    low, high = Demand(a_call(1, 3, 1)), Demand(a_call(2, 1, 24))
    scene.demands = [low, high]

    assert Closest(city).decide(scene) == [(scene.units[0], high)]


def test_who_is_under_way_to_less_is_turned_round_for_a_high_call(
    city: City, roads: CityRoads
) -> None:
    scene = a_scene(city, roads)
    scene.units[1:] = []
    low = Demand(a_call(1, 3, 20))
    under_way(scene, scene.units[0], low)
    high = Demand(a_call(2, 1, 1))
    scene.demands = [low, high]

    assert Closest(city).decide(scene) == []
    assert JemssDefault(city).decide(scene) == [(scene.units[0], high)]


def test_dmexclp_stands_where_nobody_stands(city: City, roads: CityRoads) -> None:
    scene = a_scene(city, roads)
    policy = Dmexclp(city, roads)

    for other, best in ((0, 1), (1, 0)):
        scene.units[1:] = [Ambulance(7, other, Doing.STANDING_BY, city.stations[other])]
        assert policy.standby(scene, scene.units[0]) == best


def test_a_point_joins_the_road_at_the_nearest_node(city: City) -> None:
    nodes = np.array([3, 11])
    points = np.column_stack((city.lon[nodes], city.lat[nodes])) + 1e-5

    assert (nearest_entries(city, points) == nodes).all()
