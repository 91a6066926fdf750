"""Crossings known only afterwards: what was told and what is told late are together the truth."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft
from beaconfire_contracts.ids import UnitId
from beaconfire_geo.domain.crossings import HYSTERESIS_M, FenceTime, Sighting, UnitTrack, settle
from beaconfire_geo.domain.late_crossings import Edge, Missed, missed
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


def looked_through(known: list[Sighting], late: list[Sighting], told: list[Edge]) -> Missed:
    """What a stretch of late positions shows beside all that is known."""
    first, last = min(one.observed_at for one in late), max(one.observed_at for one in late)
    window = [one for one in known if one.observed_at >= first]
    return missed(UNIT, window, FENCES, {"z1": told}, late_until=last)


@given(TRACKS)
@example([(0, 500.0, 0), (1, 0.0, 1), (2, 500.0, 1), (3, 0.0, 2), (4, 500.0, 2), (9, 0.0, 0)])
@example([(0, 0.0, 0), (4, 500.0, 1), (6, 0.0, 0), (8, 500.0, 0)])
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
            assert all(one.is_late for one in found.crossings)
            told = sorted([*told, *edges_of(found.crossings)], key=lambda one: one.at)
            assert looked_through(known, late, told).crossings == ()  # each once

    states = [one.is_inside for one in told]
    assert states == [one.is_inside for one in truth]
    assert states == [nth % 2 == 0 for nth in range(len(states))]


def test_a_stay_that_nobody_knew_of_is_told_late_with_both_its_ends() -> None:
    known = [seen(0, 500.0), seen(3, 0.0), seen(5, 20.0), seen(7, 31.0), seen(9, 500.0)]

    found = looked_through(known, known[1:3], [])

    assert found.crossings == (
        GeofenceEntered(UNIT, "z1", at(3), is_late=True),
        GeofenceLeft(UNIT, "z1", at(7), is_late=True),
    )
    assert found.open_since is None


def test_an_absence_in_the_midst_of_a_stay_is_told_late() -> None:
    known = [seen(1, 0.0), seen(4, 99.0), seen(6, 0.0), seen(8, 0.0)]

    found = looked_through(known, known[1:2], [Edge(at(1), is_inside=True)])

    assert edges_of(found.crossings) == [Edge(at(4), is_inside=False), Edge(at(6), is_inside=True)]


def test_a_crossing_that_was_earlier_than_told_is_not_told_again() -> None:
    known = [seen(0, 500.0), seen(2, 0.0), seen(5, 0.0)]

    found = looked_through(known, known[1:2], [Edge(at(5), is_inside=True)])

    assert found.crossings == ()


def test_a_stay_whose_end_is_not_known_waits_for_it() -> None:
    known = [seen(3, 0.0), seen(4, 0.0)]

    found = looked_through(known, known, [])

    assert (found.crossings, found.open_since) == ((), at(3))


def test_before_a_zone_was_in_force_nobody_was_in_it() -> None:
    fences = {"z1": FenceTime(at(10), warns=False)}
    track = [seen(1, 0.0), seen(2, 99.0), seen(11, 99.0)]

    assert missed(UNIT, track, fences, {}, late_until=at(2)).crossings == ()


def test_a_position_that_says_nothing_of_an_edge_crosses_none() -> None:
    vague = Sighting(at(3), at(3), {})
    known = [seen(0, 500.0), vague, seen(5, 500.0)]

    assert looked_through(known, [vague], []).crossings == ()
