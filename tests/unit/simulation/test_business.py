"""Business time is reckoned from what the node told last."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from beaconfire.simulation.api import Refused
from beaconfire.simulation.business import BusinessClock

TOLD_AT = datetime(2030, 1, 1, tzinfo=UTC)


class Node:
    """A node's clock as it tells it."""

    def __init__(self, *, speed: float = 1.0, paused: bool = False) -> None:
        self.speed, self.paused, self.refusals = speed, paused, 0

    async def get(self, path: str, **_params: Any) -> Any:
        assert path == "/v1/clock"
        if self.refusals > 0:
            self.refusals -= 1
            raise Refused(503, "away", "")
        return {
            "business_time": "2030-01-01T13:00:00+13:00",
            "speed": self.speed,
            "paused": self.paused,
        }


async def test_before_the_first_answer_it_runs_with_the_wall() -> None:
    clock = BusinessClock(Node())

    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=2)


async def test_time_is_told_in_utc_and_runs_on_at_its_speed() -> None:
    clock = BusinessClock(Node(speed=1_000))
    await clock.ask()
    begun = clock.now()
    await asyncio.sleep(0.02)

    assert begun.tzinfo is UTC
    assert begun - TOLD_AT < timedelta(seconds=1_000)
    assert clock.now() - begun >= timedelta(seconds=15)


async def test_a_paused_clock_stands_still_and_nobody_is_woken() -> None:
    clock = BusinessClock(Node(paused=True, speed=60))
    await clock.ask()

    assert clock.now() == TOLD_AT
    assert clock.speed == 0
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(clock.wait_until(TOLD_AT + timedelta(seconds=1)), 0.05)


async def test_waiting_ends_when_the_moment_has_come() -> None:
    clock = BusinessClock(Node(speed=100))
    await clock.ask()
    moment = TOLD_AT + timedelta(seconds=5)

    await asyncio.wait_for(clock.wait_until(moment), 5)

    assert clock.now() >= moment


async def test_following_goes_on_over_a_node_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("beaconfire.simulation.business.ASK_EVERY_S", 0.001)
    node = Node(paused=True)
    node.refusals = 3
    clock = BusinessClock(node)
    following = asyncio.create_task(clock.follow_forever())
    await asyncio.sleep(0.1)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)

    assert clock.now() == TOLD_AT
