"""Columns of positions: whoever they let pass, the rules one by one would have let pass."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_contracts.ids import UnitId
from beaconfire_geo.domain.crossings import (
    FenceTime,
    Sighting,
    UnitTrack,
    Visit,
    forget_zones,
    settle,
    warn,
)
from beaconfire_geo.domain.unsettled import Sightings, judge, newest_of, settled_until, to_warn

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ZONES = ("z1", "z2")
FENCES = {"z1": FenceTime(NOON - 60 * SECOND, warns=True), "z2": FenceTime(NOON, warns=False)}
METRES = st.sampled_from([0.0, 10.0, 30.0, 31.0, float("inf")])


def us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def columns(rows: list[tuple[int, datetime, datetime, float]]) -> Sightings:
    """Rows of a unit, when observed, when received, how uncertain."""
    return Sightings(
        np.array([one[0] for one in rows], dtype=np.intp),
        np.array([us(one[1]) for one in rows], dtype=np.int64),
        np.array([us(one[2]) for one in rows], dtype=np.int64),
        np.zeros(len(rows)), np.zeros(len(rows)), np.array([one[3] for one in rows], dtype=float),
    )  # fmt: skip


visits = st.builds(
    Visit,
    zone_id=st.sampled_from((*ZONES, "lifted")),
    warned_at=st.sampled_from([None, NOON]),
    warned_by_at=st.sampled_from([None, NOON]),
    entered_at=st.sampled_from([None, NOON - 5 * SECOND]),
)
tracks = st.builds(
    lambda settled, held: UnitTrack(UnitId("u"), settled, tuple(held)),
    st.sampled_from([None, NOON - 2 * SECOND]),
    st.lists(visits, max_size=2, unique_by=lambda one: one.zone_id),
)
rows = st.lists(
    st.tuples(
        st.integers(-1, 30),
        st.integers(0, 40),
        METRES,
        METRES,
        st.sampled_from([np.nan, 5.0, 500.0]),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(tracks, rows, st.integers(10, 60))
def test_whoever_does_not_act_would_have_crossed_nothing_and_is_settled_as_far(
    track: UnitTrack, found: list[tuple[int, int, float, float, float]], now_s: int
) -> None:
    found = sorted(found)
    now = NOON + now_s * SECOND
    fixes = columns(
        [(0, NOON + at * SECOND, NOON + late * SECOND, vague) for at, late, _, _, vague in found]
    )
    outside = {
        "z1": np.array([one[2] for one in found]), "z2": np.array([one[3] for one in found])
    }  # fmt: skip
    last = newest_of(fixes, 1)
    newest = fixes.take(last[last >= 0])
    newest_outside = {zone: metres[last[last >= 0]] for zone, metres in outside.items()}

    verdict = judge(fixes, outside, [track], FENCES, wall_now=now)
    warns = to_warn(newest, newest_outside, [track], FENCES)

    sightings = [
        Sighting(
            NOON + at * SECOND, NOON + late * SECOND,
            {"z1": one, "z2": other} if not vague > 200 else {},
        )
        for at, late, one, other, vague in found
    ]  # fmt: skip
    kept, over = forget_zones(track, FENCES, now=now)
    settled, crossed = settle(kept, sightings, FENCES, wall_now=now)
    told = over + crossed
    if len(newest):
        _, warned = warn(settled, sightings[int(last[0])], FENCES, now=now)
        told += warned
    if not verdict.acts[0] and not warns[0]:
        assert told == []
        assert settled.visits == track.visits
        until = verdict.settled_us[0]
        assert until == (np.iinfo(np.int64).min if settled.settled_at is None
                         else us(settled.settled_at))  # fmt: skip


def test_who_stays_inside_and_who_stays_away_do_not_act_and_wait_for_nothing() -> None:
    inside = UnitTrack(UnitId("in"), NOON, (Visit("z1", NOON, NOON, NOON),))
    away = UnitTrack(UnitId("out"), NOON)
    fixes = columns([(one, NOON + at * SECOND, NOON + at * SECOND, 5.0)
                     for one in (0, 1) for at in (1, 2)])  # fmt: skip

    verdict = judge(fixes, {"z1": np.array([0.0, 29.0, 31.0, 1.0])}, [inside, away], FENCES,
                    wall_now=NOON + 60 * SECOND)  # fmt: skip

    assert (verdict.acts.tolist(), verdict.is_pending.tolist()) == ([False] * 2, [False] * 2)
    assert verdict.settled_us.tolist() == [us(NOON + 2 * SECOND)] * 2


def test_who_left_acts_once_nothing_may_overtake_it_and_waits_before() -> None:
    inside = UnitTrack(UnitId("in"), NOON, (Visit("z1", NOON, NOON, NOON),))
    fixes = columns([(0, NOON + SECOND, NOON + SECOND, 5.0)])
    outside = {"z1": np.array([31.0])}

    before = judge(fixes, outside, [inside], FENCES, wall_now=NOON + 10 * SECOND)
    after = judge(fixes, outside, [inside], FENCES, wall_now=NOON + 20 * SECOND)

    assert (before.acts.tolist(), before.is_pending.tolist()) == ([False], [True])
    assert (after.acts.tolist(), after.is_pending.tolist()) == ([True], [False])


def test_a_zone_that_was_lifted_is_left_though_nobody_moved() -> None:
    inside = UnitTrack(UnitId("in"), NOON, (Visit("lifted", NOON, NOON, NOON),))

    verdict = judge(columns([]), {}, [inside], FENCES, wall_now=NOON)

    assert verdict.acts.tolist() == [True]


def test_only_a_zone_that_warns_warns_and_only_once() -> None:
    new, told = UnitTrack(UnitId("new")), UnitTrack(UnitId("told"), None, (Visit("z1", NOON),))
    newest = columns([(0, NOON, NOON, 5.0), (1, NOON, NOON, 5.0)])
    here = np.zeros(2)

    assert to_warn(newest, {"z1": here}, [new, told], FENCES).tolist() == [True, False]
    assert to_warn(newest, {"z2": here}, [new, told], FENCES).tolist() == [False, False]
    quiet = {**FENCES, "z1": replace(FENCES["z1"], warns=False)}
    assert not to_warn(newest, {"z1": here}, [new, told], quiet).any()


def test_what_is_settled_never_goes_back() -> None:
    track = UnitTrack(UnitId("u"), NOON)
    old = columns([(0, NOON - 5 * SECOND, NOON - 5 * SECOND, 5.0)])

    assert settled_until(old, [track], NOON + 60 * SECOND).tolist() == [us(NOON)]


def test_the_newest_of_each_is_the_last_of_its_moment() -> None:
    fixes = columns([(1, NOON, NOON, 1.0), (0, NOON + SECOND, NOON, 2.0), (0, NOON, NOON, 3.0),
                     (1, NOON, NOON, 4.0)])  # fmt: skip

    assert newest_of(fixes, 3).tolist() == [1, 3, -1]
