"""A hold runs the demo at the wall's pace, covers its usual speed and cannot outlive its asker."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_platform.clock import ClockState, RunningClock
from beaconfire_platform.process.pace import HOLD_S, Pace

BEGUN_AT = datetime(2030, 1, 1, tzinfo=UTC)
SPEEDS = st.floats(0.5, 480)


class Wall:
    """The wall, moved by hand."""

    def __init__(self) -> None:
        self.s = 0.0

    def at(self) -> datetime:
        return BEGUN_AT + timedelta(seconds=self.s)


def paced(speed: float) -> tuple[Pace, Wall, RunningClock]:
    wall = Wall()
    clock = RunningClock(ClockState(BEGUN_AT, BEGUN_AT, speed, paused=False), wall=wall.at)
    return Pace(clock, wall_s=lambda: wall.s), wall, clock


def test_a_hold_runs_like_the_wall_and_its_end_as_before() -> None:
    pace, wall, clock = paced(30)

    pace.hold()
    wall.s = 10
    assert (pace.is_held, pace.state.speed, pace.usual_speed) == (True, 1.0, 30)
    assert clock.now() - BEGUN_AT == timedelta(seconds=10)
    pace.release()
    wall.s = 11

    assert (pace.is_held, pace.state.speed) == (False, 30)
    assert clock.now() - BEGUN_AT == timedelta(seconds=40)


def test_a_speed_set_by_hand_during_a_hold_is_what_runs_after_it() -> None:
    pace, _, _ = paced(30)

    pace.hold()
    pace.set(speed=60, paused=True)
    assert (pace.state.speed, pace.state.paused, pace.usual_speed) == (1.0, True, 60)
    pace.release()

    assert (pace.state.speed, pace.state.paused) == (60, True)


def test_a_hold_that_nobody_renews_ends_by_itself() -> None:
    pace, wall, _ = paced(30)

    pace.hold()
    wall.s = HOLD_S - 1
    pace.hold()
    wall.s = HOLD_S + 1
    pace.let_go_if_forgotten()
    assert pace.is_held
    wall.s = 2 * HOLD_S
    pace.let_go_if_forgotten()

    assert (pace.is_held, pace.state.speed) == (False, 30)


async def test_forgotten_holds_are_found_by_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beaconfire_platform.process.pace.LOOK_EVERY_S", 0.001)
    pace, wall, _ = paced(30)
    pace.hold()
    wall.s = HOLD_S

    watching = asyncio.create_task(pace.watch_forever())
    async with asyncio.timeout(5):
        while pace.is_held:  # noqa: ASYNC110  (a flag)
            await asyncio.sleep(0.001)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)

    assert pace.state.speed == 30


@given(SPEEDS, st.lists(st.one_of(st.sampled_from(["hold", "release", "wait"]), SPEEDS)))
def test_whatever_is_asked_the_clock_never_goes_back_and_a_hold_never_hurries(
    begun_with: float, asked: list[str | float]
) -> None:
    pace, wall, clock = paced(begun_with)
    usual, told = begun_with, clock.now()

    for one in asked:
        wall.s += 7
        if isinstance(one, float):
            pace.set(speed=one)
            usual = one
        elif one == "wait":
            wall.s += HOLD_S
            pace.let_go_if_forgotten()
        else:
            (pace.hold if one == "hold" else pace.release)()
        assert pace.usual_speed == usual
        assert pace.state.speed == (min(1.0, usual) if pace.is_held else usual)
        assert clock.now() >= told
        told = clock.now()
