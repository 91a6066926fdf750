"""Crossings known only afterwards: what was told and what is told late are together the truth."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft
from beaconfire_contracts.ids import UnitId
from beaconfire_geo.domain.crossings import HYSTERESIS_M, FenceTime, Sighting, UnitTrack, settle
from beaconfire_geo.domain.late_crossings import Edge, Stretch, missed
from beaconfire_geo.domain.unsettled import Sightings
from beaconfire_platform.fix_batch import microseconds, moments
from beaconfire_testkit.builders import NOON

UNIT = UnitId("u1")
FENCES = {"z1": FenceTime(NOON, warns=True)}
LONG_AFTER = NOON + timedelta(days=1)
FAR = st.sampled_from([0.0, 10.0, HYSTERESIS_M, HYSTERESIS_M + 1, 500.0])
PIECES = st.sampled_from([0, 1, 2])
"""In time, or late with the first or the second piece."""
TRACKS = st.lists(
    st.tuples(st.integers(0, 90), FAR, PIECES), max_size=30, unique_by=lambda one: one[0]
)
Drawn = list[tuple[int, float, int]]


def at(second: int) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=second)


def seen(second: int, outside_m: float) -> Sighting:
    """A position observed so many seconds after noon."""
    return Sighting(at(second), at(second), {"z1": outside_m})


def edges_of(told: Sequence[object]) -> list[Edge]:
    """Entering and leaving as edges, in order."""
    found: list[Edge] = []
    for one in told:
        if isinstance(one, GeofenceEntered):
            found.append(Edge(one.entered_at, is_inside=True))
        elif isinstance(one, GeofenceLeft):
            found.append(Edge(one.left_at, is_inside=False))
    return sorted(found, key=lambda one: one.at)


def told_in_time(sightings: list[Sighting]) -> list[Edge]:
    """What geofences told of positions that all came in time."""
    return edges_of(settle(UnitTrack(UNIT), sightings, FENCES, wall_now=LONG_AFTER)[1])


def columns(sightings: list[Sighting]) -> tuple[Sightings, dict[str, np.ndarray]]:
    """Positions as columns, and how far each is outside; without that it is a vague one."""
    count = len(sightings)
    observed_us = moments(one.observed_at for one in sightings)
    outside_m = [one.outside_m.get("z1", 500.0) for one in sightings]
    accuracy_m = [5.0 if one.outside_m else 2_000.0 for one in sightings]
    still = np.zeros(count)
    fixes = Sightings(
        np.zeros(count, dtype=np.intp), observed_us, observed_us, still, still, np.array(accuracy_m)
    )
    return fixes, {"z1": np.array(outside_m)}


def looked_through(
    known: list[Sighting],
    late: list[Sighting],
    told: list[Edge],
    fences: Mapping[str, FenceTime] = FENCES,
) -> list[GeofenceEntered | GeofenceLeft]:
    """What a stretch of late positions shows beside all that is known."""
    last = max(one.observed_at for one in late)
    fixes, outside = columns(known)
    return missed(UNIT, fixes, outside, fences, {"z1": told}, late_until_us=microseconds(last))


@given(TRACKS)
@example([(0, 500.0, 0), (1, 0.0, 1), (2, 500.0, 1), (3, 0.0, 2), (4, 500.0, 2), (9, 0.0, 0)])
@example([(0, 0.0, 0), (4, 500.0, 1), (6, 0.0, 0), (8, 500.0, 0)])
@example([(0, 0.0, 0), (1, 31.0, 1), (2, 0.0, 2)])
def test_what_was_told_and_what_is_told_late_are_as_many_crossings_as_there_were(
    drawn: Drawn,
) -> None:
    clear = [(0, 500.0, 0), *((second + 1, *rest) for second, *rest in drawn), (99, 500.0, 0)]
    known = [seen(second, far) for second, far, piece in clear if piece == 0]
    truth = told_in_time([seen(second, far) for second, far, _ in clear])
    told = told_in_time(known)

    for nth in (1, 2):
        late = [seen(second, far) for second, far, piece in clear if piece == nth]
        known += late
        if late:
            found = looked_through(known, late, told)
            assert all(one.is_late for one in found)
            told = sorted([*told, *edges_of(found)], key=lambda one: one.at)
            assert looked_through(known, late, told) == []  # each once

    states = [one.is_inside for one in told]
    assert states == [one.is_inside for one in truth]
    assert states == [nth % 2 == 0 for nth in range(len(states))]


def test_a_stay_that_nobody_knew_of_is_told_late_with_both_its_ends() -> None:
    known = [seen(0, 500.0), seen(3, 0.0), seen(5, 20.0), seen(7, 31.0), seen(9, 500.0)]

    found = looked_through(known, known[1:3], [])

    assert found == [
        GeofenceEntered(UNIT, "z1", at(3), is_late=True),
        GeofenceLeft(UNIT, "z1", at(7), is_late=True),
    ]


def test_an_absence_in_the_midst_of_a_stay_is_told_late() -> None:
    known = [seen(1, 0.0), seen(4, 99.0), seen(6, 0.0), seen(8, 0.0)]

    found = looked_through(known, known[1:2], [Edge(at(1), is_inside=True)])

    assert edges_of(found) == [Edge(at(4), is_inside=False), Edge(at(6), is_inside=True)]


def test_a_crossing_that_was_earlier_than_told_is_not_told_again() -> None:
    known = [seen(0, 500.0), seen(2, 0.0), seen(5, 0.0)]

    found = looked_through(known, known[1:2], [Edge(at(5), is_inside=True)])

    assert found == []


def test_a_stay_whose_end_is_not_known_is_not_told() -> None:
    known = [seen(3, 0.0), seen(4, 0.0)]

    assert looked_through(known, known, []) == []


def test_before_a_zone_was_in_force_or_had_its_edge_nobody_was_in_it() -> None:
    track = [seen(1, 0.0), seen(2, 99.0), seen(11, 99.0)]
    begun = {"z1": FenceTime(at(10), warns=False)}
    changed = {"z1": FenceTime(at(0), warns=False, changed_at=at(2))}

    assert looked_through(track, track[:2], [], begun) == []
    assert looked_through(track, track[:2], [], changed) == []
    assert len(looked_through(track, track[:2], [])) == 2


def test_a_position_that_says_nothing_of_an_edge_crosses_none() -> None:
    vague = Sighting(at(3), at(3), {})
    known = [seen(0, 500.0), vague, seen(5, 500.0)]

    assert looked_through(known, [vague], [Edge(at(-1), is_inside=True)]) == []


def test_a_moment_that_says_both_sides_crosses_nothing() -> None:
    known = [seen(10, 99.0), seen(20, 0.0), seen(20, 99.0), seen(30, 99.0), seen(40, 99.0)]
    told = [Edge(at(20), is_inside=True), Edge(at(40), is_inside=False)]

    assert looked_through(known, known[:3], told) == []


def test_two_stretches_of_a_unit_are_one() -> None:
    assert Stretch(3, 5, 9).joined(Stretch(1, 4, 7, is_near=True)) == Stretch(1, 5, 9, True)
