"""Business time: what limits, ETAs and windows run by; the demo may run it faster than the wall.

It starts at wall time, advances `speed` times as fast while the node runs, never lags the wall,
and its anchor is a row, so that a restart goes on where it stopped (docs/adr/0008).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

SPEED_MAX: Final = 960.0
"""Twice the fastest replay that is measured; above it wall floors would rule every limit."""


def wall_now() -> datetime:
    """The wall clock, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ClockState:
    """Business time `business_at` at wall time `wall_at`, running `speed` times as fast."""

    business_at: datetime
    wall_at: datetime
    speed: float
    paused: bool

    def at(self, wall: datetime) -> datetime:
        """The business time at a wall time; never behind the wall."""
        if self.paused:
            return max(self.business_at, wall)
        elapsed = max(timedelta(0), wall - self.wall_at)
        return max(self.business_at + elapsed * self.speed, wall)


class Clock(Protocol):
    """Where a service reads business time."""

    @property
    def state(self) -> ClockState:
        """The anchor, speed and pause at this moment."""
        ...

    def now(self) -> datetime:
        """Business time, aware UTC."""
        ...


class RunningClock:
    """The clock of one process, anchored in memory; the node saves its state as a row."""

    def __init__(
        self, state: ClockState | None = None, *, wall: Callable[[], datetime] = wall_now
    ) -> None:
        """Start from a saved state, or at wall time with speed 1."""
        self._wall = wall
        now = wall()
        self._state = state or ClockState(now, now, 1.0, paused=False)

    @property
    def state(self) -> ClockState:
        """The anchor, speed and pause at this moment."""
        return self._state

    def now(self) -> datetime:
        """Business time, aware UTC."""
        return self._state.at(self._wall())

    def follow(self, state: ClockState) -> None:
        """Run as another clock does: the one of the deployment."""
        self._state = state

    def set(self, *, speed: float | None = None, paused: bool | None = None) -> ClockState:
        """Change speed or pause from now on; ValueError for a speed out of its limits."""
        if speed is not None and not 0 < speed <= SPEED_MAX:
            raise ValueError(f"speed is above 0 and at most {SPEED_MAX}")
        wall = self._wall()
        self._state = ClockState(
            business_at=self._state.at(wall),
            wall_at=wall,
            speed=self._state.speed if speed is None else speed,
            paused=self._state.paused if paused is None else paused,
        )
        return self._state
