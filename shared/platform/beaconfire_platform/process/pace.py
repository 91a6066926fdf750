"""How fast a demo's business time runs: its usual speed, and a hold that lets nobody rush a person.

While an incident on a person's seat waits for its first order the city runs at the wall's pace.
The simulated dispatcher asks for that and asks again; a hold that nobody renews ends by itself, so
that no process which died leaves a city standing still.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from beaconfire_platform.clock import ClockState, RunningClock

HOLD_S: Final = 45.0
"""How long a hold lasts unrenewed, wall seconds: twice as long as it takes to be renewed."""
LOOK_EVERY_S: Final = 1.0
WALL_PACE: Final = 1.0


class Pace:
    """The clock's usual speed, which a hold covers and never forgets."""

    def __init__(
        self, clock: RunningClock, *, wall_s: Callable[[], float] = time.monotonic
    ) -> None:
        """The clock runs at its usual speed; nobody holds it."""
        self._clock = clock
        self._wall_s = wall_s
        self._usual = clock.state.speed
        self._held_until_s: float | None = None

    @property
    def state(self) -> ClockState:
        """The clock as it runs at this moment."""
        return self._clock.state

    @property
    def usual_speed(self) -> float:
        """How fast it runs when nobody holds it."""
        return self._usual

    @property
    def is_held(self) -> bool:
        """Whether it runs at the wall's pace until a person's incident has its first order."""
        return self._held_until_s is not None

    def set(self, *, speed: float | None = None, paused: bool | None = None) -> None:
        """Change speed or pause by hand; a speed set during a hold holds from its end on."""
        if speed is not None:
            self._usual = speed
        self._clock.set(speed=self._pace_now(), paused=paused)

    def hold(self) -> None:
        """Run at the wall's pace from now on; renewed by being asked again."""
        self._held_until_s = self._wall_s() + HOLD_S
        self._clock.set(speed=self._pace_now())

    def release(self) -> None:
        """Run at the usual speed again."""
        if self._held_until_s is not None:
            self._held_until_s = None
            self._clock.set(speed=self._usual)

    @property
    def held_for_s(self) -> float | None:
        """How much longer a hold lasts unrenewed, wall seconds; None where nobody holds it."""
        if self._held_until_s is None:
            return None
        return max(0.0, self._held_until_s - self._wall_s())

    def adopt(self, usual_speed: float, held_for_s: float | None) -> None:
        """Be as another process's pace is; the clock runs so already."""
        self._usual = usual_speed
        self._held_until_s = None if held_for_s is None else self._wall_s() + held_for_s

    @property
    def is_forgotten(self) -> bool:
        """Whether a hold was not renewed in time."""
        return self._held_until_s is not None and self._wall_s() >= self._held_until_s

    def let_go_if_forgotten(self) -> None:
        """End a hold that nobody renewed in time."""
        if self.is_forgotten:
            self.release()

    async def watch_forever(self) -> None:
        """Look again and again whether a hold was forgotten."""
        while True:
            self.let_go_if_forgotten()
            await asyncio.sleep(LOOK_EVERY_S)

    def _pace_now(self) -> float:
        """A hold never makes anything faster: who runs slower than the wall goes on so."""
        return min(WALL_PACE, self._usual) if self.is_held else self._usual
