"""Told moments: the past and honest differences of clocks pass, what has not come yet does not."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_platform.clock import RunningClock, wall_now
from beaconfire_platform.web.moments import AHEAD_MAX, AheadOfClock, occurred

SLACK = timedelta(seconds=30)
"""The wall goes on while a test runs."""


def _ahead(clock_by: timedelta) -> RunningClock:
    """A clock whose business time runs so far ahead of the wall, or behind it."""
    clock = RunningClock(wall=lambda: wall_now() + clock_by)
    clock.set(paused=True)
    return clock


@given(
    clock_by=st.timedeltas(timedelta(days=-30), timedelta(days=30)),
    told_by=st.timedeltas(timedelta(days=-5 * 365), timedelta(days=5 * 365)),
)
def test_a_moment_passes_exactly_when_it_is_within_five_minutes_of_the_later_clock(
    clock_by: timedelta, told_by: timedelta
) -> None:
    clock = _ahead(clock_by)
    told = wall_now() + told_by
    ahead = told - max(clock.now(), wall_now())

    if ahead > AHEAD_MAX + SLACK:
        with pytest.raises(AheadOfClock) as refused:
            occurred(told, clock)
        assert refused.value.pointer == "/occurred_at"
        assert refused.value.kind == "invalid"
    elif ahead < AHEAD_MAX - SLACK:
        assert occurred(told, clock) == told


def test_what_is_not_told_is_now() -> None:
    clock = _ahead(timedelta(hours=3))
    before = clock.now()

    assert before <= occurred(None, clock) <= clock.now()


def test_the_refusal_names_the_field_and_the_latest_moment() -> None:
    with pytest.raises(AheadOfClock) as refused:
        occurred(wall_now() + timedelta(hours=1), RunningClock(), pointer="/ended_at")

    assert (refused.value.code, refused.value.pointer) == ("ahead_of_clock", "/ended_at")
    latest = datetime.fromisoformat(str(refused.value.fields["latest"]))
    assert abs(latest - wall_now() - AHEAD_MAX) < SLACK
