"""Crossings: whatever order positions are delivered in, what is told is the same."""

from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft, UnitWarned
from beaconfire_contracts.ids import UnitId
from beaconfire_geo.domain.crossings import (
    HYSTERESIS_M,
    LATENESS,
    WRITING,
    Crossing,
    FenceTime,
    Sighting,
    UnitTrack,
    forget_zones,
    settle,
    settled_until,
    warn,
)
from beaconfire_testkit.builders import NOON

UNIT = UnitId("u1")
LONG_AFTER = NOON + timedelta(hours=1)
FENCES = {"z1": FenceTime(NOON, warns=True), "z2": FenceTime(NOON, warns=False)}
FAR = st.sampled_from([0.0, 10.0, HYSTERESIS_M, HYSTERESIS_M + 1, 500.0])
DELAYS = st.integers(0, int(LATENESS.total_seconds()) - 1)
TRACKS = st.lists(
    st.tuples(st.integers(0, 90), st.tuples(FAR, FAR), DELAYS),
    max_size=25,
    unique_by=lambda one: one[0],
)


def seen(second: int, z1: float, z2: float = 500.0, delay: int = 0) -> Sighting:
    """A position observed so many seconds after noon, heard of after a delay."""
    at = NOON + timedelta(seconds=second)
    return Sighting(at, at + timedelta(seconds=delay), {"z1": z1, "z2": z2})


def crossings(told: list[Crossing]) -> list[Crossing]:
    """What geofences told, without warnings, which do not wait for order."""
    return [one for one in told if not isinstance(one, UnitWarned)]


def after_restart(track: UnitTrack) -> UnitTrack:
    """The track as a process finds it that began anew."""
    return msgspec.json.decode(msgspec.json.encode(track), type=UnitTrack)


def looked(sightings: list[Sighting], looks: list[datetime]) -> tuple[UnitTrack, list[Crossing]]:
    """What is told by looks at these moments, each by another process."""
    track, told = UnitTrack(UNIT), list[Crossing]()
    for wall_now in looks:
        heard = [one for one in sightings if one.received_at <= wall_now]
        track, crossed = settle(after_restart(track), heard, FENCES, wall_now=wall_now)
        told += crossed
        for newest in sorted(heard, key=lambda one: one.observed_at)[-1:]:
            track, warned = warn(track, newest, FENCES, now=wall_now)
            told += warned
    return track, told


@given(TRACKS, st.lists(st.integers(0, 200), max_size=12))
@example([(0, (0.0, 500.0), 9), (1, (500.0, 0.0), 0), (2, (0.0, 500.0), 3)], [1, 2, 17, 18, 30])
def test_any_order_within_the_lateness_and_any_restarts_tell_what_the_ordered_track_tells(
    drawn: list[tuple[int, tuple[float, float], int]], moments: list[int]
) -> None:
    delivered = [seen(second, *far, delay=delay) for second, far, delay in drawn]
    ordered = [replace(one, received_at=one.observed_at) for one in delivered]
    looks = sorted(NOON + timedelta(seconds=one) for one in moments)

    _, disordered_told = looked(delivered, [*looks, LONG_AFTER])
    _, ordered_told = looked(ordered, [LONG_AFTER])

    assert crossings(disordered_told) == crossings(ordered_told)


@given(TRACKS, st.lists(st.integers(0, 200), max_size=12))
def test_who_enters_leaves_before_it_enters_again_and_is_warned_once_a_visit(
    drawn: list[tuple[int, tuple[float, float], int]], moments: list[int]
) -> None:
    delivered = [seen(second, *far, delay=delay) for second, far, delay in drawn]
    looks = sorted(NOON + timedelta(seconds=one) for one in moments)

    _, told = looked(delivered, [*looks, LONG_AFTER])

    for zone_id in FENCES:
        mine = [one for one in crossings(told) if one.zone_id == zone_id]
        kinds = [type(one) for one in mine]
        assert kinds == [(GeofenceEntered, GeofenceLeft)[nth % 2] for nth in range(len(kinds))]
    warned = [one for one in told if isinstance(one, UnitWarned)]
    assert {one.zone_id for one in warned} <= {"z1"}
    left = [one for one in told if isinstance(one, GeofenceLeft) and one.zone_id == "z1"]
    assert len(warned) <= len(left) + 1


def test_close_outside_is_still_inside() -> None:
    wandering = [seen(0, 0.0), seen(1, HYSTERESIS_M), seen(2, 5.0), seen(3, 0.0)]

    _, told = settle(UnitTrack(UNIT), wandering, FENCES, wall_now=LONG_AFTER)

    assert told == [GeofenceEntered(UNIT, "z1", NOON)]


def test_what_comes_later_than_the_lateness_crosses_nothing() -> None:
    track, told = settle(UnitTrack(UNIT), [seen(60, 500.0)], FENCES, wall_now=LONG_AFTER)
    late = [seen(30, 0.0), seen(60, 500.0)]

    again = settle(track, late, FENCES, wall_now=LONG_AFTER + timedelta(hours=1))

    assert told == []
    assert again == (track, [])


def test_nothing_is_settled_while_an_older_position_may_still_come() -> None:
    one = seen(0, 0.0)
    just_before = one.received_at + LATENESS + WRITING - timedelta(microseconds=1)

    assert settled_until([one], just_before) is None
    assert settled_until([one], just_before + timedelta(microseconds=1)) == one.observed_at


def test_a_warning_waits_for_nothing_and_comes_again_only_with_the_next_visit() -> None:
    track, first = warn(UnitTrack(UNIT), seen(5, 0.0), FENCES, now=NOON)
    track, second = warn(track, seen(6, 0.0), FENCES, now=NOON)
    track, left = settle(track, [seen(5, 0.0), seen(7, 99.0)], FENCES, wall_now=LONG_AFTER)
    _, third = warn(track, seen(8, 0.0), FENCES, now=NOON)

    assert first == [UnitWarned(UNIT, "z1", NOON, NOON + timedelta(seconds=5))]
    assert second == []
    assert [type(one) for one in left] == [GeofenceEntered, GeofenceLeft]
    assert len(third) == 1


def test_who_was_warned_by_a_position_from_before_the_zone_is_released_by_one_outside() -> None:
    before = NOON - timedelta(seconds=30)
    old = Sighting(before, before, {"z1": 0.0})
    track, _ = warn(UnitTrack(UNIT), old, FENCES, now=NOON)

    track, told = settle(track, [old, seen(10, 99.0)], FENCES, wall_now=LONG_AFTER)

    assert told == [GeofenceLeft(UNIT, "z1", NOON + timedelta(seconds=10))]
    assert track.visits == ()


def test_a_bare_geofence_warns_nobody() -> None:
    _, told = warn(UnitTrack(UNIT), seen(0, 500.0, 0.0), FENCES, now=NOON)

    assert told == []


def test_a_zone_that_is_no_more_lets_go_of_who_is_inside() -> None:
    track, _ = settle(UnitTrack(UNIT), [seen(0, 0.0, 0.0)], FENCES, wall_now=LONG_AFTER)

    track, told = forget_zones(track, {"z2": FENCES["z2"]}, now=LONG_AFTER)

    assert told == [GeofenceLeft(UNIT, "z1", LONG_AFTER, zone_lifted=True)]
    assert [one.zone_id for one in track.visits] == ["z2"]
