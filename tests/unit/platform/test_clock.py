"""Business time: starts at the wall, runs ×N, never lags, goes on after a restart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_platform.clock import SPEED_MAX, RunningClock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Wall:
    """A wall clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def test_at_speed_one_business_time_is_wall_time() -> None:
    wall = Wall()
    clock = RunningClock(wall=wall)

    wall.forward(90)

    assert clock.now() == wall.at


def test_at_speed_thirty_a_minute_is_half_an_hour() -> None:
    wall = Wall()
    clock = RunningClock(wall=wall)
    clock.set(speed=30)

    wall.forward(60)

    assert clock.now() == NOON + timedelta(minutes=30)


def test_a_pause_holds_business_time_until_the_wall_catches_up() -> None:
    wall = Wall()
    clock = RunningClock(wall=wall)
    clock.set(speed=30)
    wall.forward(60)
    clock.set(paused=True)

    wall.forward(600)
    assert clock.now() == NOON + timedelta(minutes=30)
    wall.forward(3_600)
    assert clock.now() == wall.at


def test_a_restart_goes_on_from_the_saved_state() -> None:
    wall = Wall()
    first = RunningClock(wall=wall)
    first.set(speed=30)
    wall.forward(60)
    saved = first.set(speed=30)

    second = RunningClock(saved, wall=wall)
    wall.forward(1)

    assert second.now() == NOON + timedelta(minutes=30, seconds=30)


@pytest.mark.parametrize("speed", [0, -1, SPEED_MAX + 1, float("nan")])
def test_a_speed_out_of_its_limits_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        RunningClock().set(speed=speed)


@given(
    st.lists(
        st.tuples(st.floats(0, 5_000), st.sampled_from([None, 1.0, 30.0, 480.0]), st.booleans()),
        max_size=20,
    )
)
def test_business_time_never_goes_back_and_never_lags(
    steps: list[tuple[float, float | None, bool]],
) -> None:
    wall = Wall()
    clock = RunningClock(wall=wall)
    before = clock.now()

    for seconds, speed, paused in steps:
        wall.forward(seconds)
        clock.set(speed=speed, paused=paused)
        now = clock.now()
        assert now >= before
        assert now >= wall.at
        before = now
