"""Where one stands: at a junction outside the stand-off, else south of it, never inside."""

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.standing import RoadStanding
from beaconfire_spatial.geometry import LonLat, distance_m
from beaconfire_testkit.roads import grid_of_roads

ROADS = grid_of_roads(12)


@given(st.floats(174.69, 174.75), st.floats(-36.91, -36.85), st.floats(50, 2_000))
def test_nobody_is_sent_inside(lon: float, lat: float, metres: float) -> None:
    for network in (ROADS, None):
        there = RoadStanding(lambda network=network: network).outside(Point(lon, lat), metres)

        assert distance_m(LonLat(lon, lat), LonLat(there.lon, there.lat)) >= metres - 0.1


def test_it_is_a_junction_where_one_is_near_enough() -> None:
    there = RoadStanding(lambda: ROADS).outside(Point(174.7, -36.9), 150.0)

    nodes = {(round(float(a), 7), round(float(b), 7)) for a, b in zip(ROADS.lon, ROADS.lat)}  # noqa: B905  (arrays of one graph)
    assert (round(there.lon, 7), round(there.lat, 7)) in nodes
