"""Isochrones: what is reached lies inside, what is far from any reached road lies outside."""

import functools
import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from beaconfire.demo.city import load_city
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.isochrones import (
    BANDS_MAX,
    HOLE_M2,
    OFF_ROAD_M_MIN,
    TOLERANCE_M,
    TooFarFromRoads,
    circles,
    isochrones,
)
from beaconfire_spatial.plane import Plane
from beaconfire_spatial.reach import Reach, Reached
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_testkit.roads import graph_of_chance, grid_of_roads

MODES = st.sampled_from(["lights", "regular"])
ROUNDED_DEG = 2e-6
"""Two decimetres: what rounding moves a corner by."""
HARBOUR = LonLat(174.71, -36.832)
"""In the Waitemata, west of the bridge: 2,200 m from the roads of both shores."""


@functools.cache
def auckland() -> Reach:
    return Reach(RoadNetwork.from_bytes(load_city("auckland").roads))


def from_reached_roads_m(
    network: RoadNetwork, reached: Reached, within_s: float, points: np.ndarray
) -> np.ndarray:
    """Metres from points in degrees (one a row) to the nearest arc, as far as it is driven."""
    tree = shapely.STRtree(reached_roads(network, reached, within_s))
    asked = shapely.points(Plane(reached.source).metres(*points.T))
    return tree.query_nearest(asked, return_distance=True, all_matches=False)[1]


def reached_roads(network: RoadNetwork, reached: Reached, within_s: float) -> list[BaseGeometry]:
    """In metres around the source: the arcs as far as they are driven, written without haste."""
    at = Plane(reached.source).metres(network.lon, network.lat)
    lines: list[BaseGeometry] = [shapely.LineString([(0, 0), at[reached.snap.node]])]
    for tail, head, arc_s in zip(
        network.tail, network.head, network.seconds(reached.mode), strict=True
    ):
        left_s = within_s - reached.seconds[tail]
        if left_s > 0:
            share = min(1.0, left_s / arc_s)
            lines.append(shapely.LineString([at[tail], at[tail] + share * (at[head] - at[tail])]))
    return lines


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), MODES, st.lists(st.floats(20, 900), min_size=1, max_size=3))
def test_every_reached_node_is_inside_and_nothing_far_from_a_reached_road(
    seed: int, mode: str, within_s: list[float]
) -> None:
    network = graph_of_chance(seed, 80, 200)
    source = network.point(seed % 80)
    reach = Reach(network)
    reached = reach.from_point(source, within_s=max(within_s), mode=mode)

    found = isochrones(reach, source, within_s, mode=mode)

    for band in found:
        inside = shapely.contains_xy(band.shape, network.lon, network.lat)
        assert inside[reached.seconds <= band.within_s].all()
        corners = shapely.get_coordinates(band.shape)
        far_m = from_reached_roads_m(network, reached, band.within_s, corners)
        assert far_m.max() < TOLERANCE_M
        nodes = np.column_stack((network.lon, network.lat))
        far_m = from_reached_roads_m(network, reached, band.within_s, nodes)
        assert not inside[far_m > TOLERANCE_M].any()


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(20, 900), min_size=2, max_size=BANDS_MAX))
def test_more_time_reaches_more_ground_and_each_shape_can_be_drawn(
    seed: int, within_s: list[float]
) -> None:
    network = graph_of_chance(seed, 80, 200)

    found = isochrones(Reach(network), network.point(0), within_s, mode="lights")

    assert [one.within_s for one in found] == sorted(set(within_s))
    for one in found:
        assert one.shape.is_valid
        assert all(ring.is_ccw for ring in shapely.get_exterior_ring(shapely.get_parts(one.shape)))
    for smaller, larger in itertools.pairwise(found):
        assert smaller.area_km2 <= larger.area_km2
        assert larger.shape.buffer(ROUNDED_DEG).covers(smaller.shape)


@pytest.mark.parametrize("within_s", [300, 600, 1200])
def test_in_auckland_there_are_no_small_holes_and_no_small_steps(within_s: float) -> None:
    source = LonLat(174.7633, -36.8485)

    (found,) = isochrones(auckland(), source, [within_s], mode="lights")

    holes = [hole for part in shapely.get_parts(found.shape) for hole in part.interiors]
    per_degree_m2 = 111_195**2 * math.cos(math.radians(source.lat))
    assert all(shapely.Polygon(hole).area * per_degree_m2 > 0.95 * HOLE_M2 for hole in holes)
    assert shapely.get_num_geometries(found.shape) == 1, "what hangs together on the road"
    edges = shapely.get_num_coordinates(found.shape)
    length_m = sum(one.length for one in shapely.get_rings(found.shape)) * 100_000
    assert length_m / edges > 2 * OFF_ROAD_M_MIN, "metres an edge: no staircase of pixels"


def test_the_harbour_is_crossed_on_the_bridge_only() -> None:
    south, north = LonLat(174.745, -36.847), LonLat(174.748, -36.805)

    (found,) = isochrones(auckland(), south, [1_800], mode="lights")

    assert auckland().network.snap(HARBOUR).off_road_m > TOLERANCE_M
    assert shapely.contains_xy(found.shape, north.lon, north.lat)
    assert not shapely.contains_xy(found.shape, HARBOUR.lon, HARBOUR.lat)


def test_a_road_is_drawn_as_far_as_it_is_driven() -> None:
    network = grid_of_roads(2)
    corner, east = network.point(0), network.point(1)

    (found,) = isochrones(Reach(network), corner, [10], mode="lights")

    quarter = corner.lon + (east.lon - corner.lon) / 4
    end = corner.lon + (east.lon - corner.lon) * 0.9
    assert shapely.contains_xy(found.shape, quarter, corner.lat)
    assert not shapely.contains_xy(found.shape, end, corner.lat)


def test_whoever_does_not_come_to_a_road_is_told_how_far_it_is() -> None:
    with pytest.raises(TooFarFromRoads, match=r"the nearest road is 17\d{3} m away"):
        isochrones(Reach(grid_of_roads(2)), LonLat(174.5, -36.9), [600], mode="lights")


@pytest.mark.parametrize("within_s", [[], [60.0] * (BANDS_MAX + 1)])
def test_the_number_of_bands_has_a_limit(within_s: list[float]) -> None:
    with pytest.raises(ValueError, match="times"):
        isochrones(Reach(grid_of_roads(2)), LonLat(174.7, -36.9), within_s, mode="lights")


def test_before_there_are_roads_circles_by_the_speed_of_straight_lines() -> None:
    small, large = circles(LonLat(174.76, -36.85), [600, 300], mode="lights")

    assert (small.within_s, large.within_s) == (300, 600)
    assert large.area_km2 == pytest.approx(4 * small.area_km2, rel=1e-3)
    assert large.area_km2 == pytest.approx(math.pi * (600 * 13.9 / 1.35 / 1000) ** 2, rel=0.01)
