"""Where scenes play: so far apart, clear of what is open, the same again for the same city."""

import pytest

from beaconfire.demo.city import load_city
from beaconfire.simulation.places import AROUND_M, CLEAR_M, NoPlace, two_places
from beaconfire_spatial.geometry import LonLat, distance_m

ROW = [LonLat(174.70 + 0.01 * nth, -36.88) for nth in range(8)]
"""About 890 m from each to the next."""


def test_the_places_are_as_far_apart_as_asked_and_clear_of_what_is_busy() -> None:
    busy = [ROW[0], ROW[1]]

    one, other = two_places(ROW, busy, least_m=800, most_m=1_000)

    assert 800 <= distance_m(one, other) <= 1_000
    assert min(distance_m(place, at) for place in (one, other) for at in busy) >= CLEAR_M


def test_where_all_is_busy_the_places_are_the_furthest_from_it() -> None:
    busy = [ROW[0], ROW[1], ROW[2], ROW[3], ROW[4], LonLat(ROW[6].lon + 0.014, ROW[6].lat)]

    one, other = two_places(ROW, busy, least_m=800, most_m=1_000)

    assert {one, other} == {ROW[5], ROW[6]}


def test_a_city_without_two_such_places_says_so() -> None:
    for known in ([], ROW[:1], ROW):
        with pytest.raises(NoPlace, match="5000 to 5100 m"):
            two_places(known, [], least_m=5_000, most_m=5_100)


def test_the_demo_city_has_such_places_near_its_middle_and_gives_them_again() -> None:
    known = [LonLat(one.lon, one.lat) for one in load_city("auckland").calls()]

    pairs = [two_places(known, [], least_m=900, most_m=1_300) for _ in range(2)]

    assert pairs[0] == pairs[1]
    assert 900 <= distance_m(*pairs[0]) <= 1_300
    assert distance_m(pairs[0][0], LonLat(174.76, -36.88)) < 2 * AROUND_M
