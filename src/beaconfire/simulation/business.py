"""Business time as a client sees it: the node's clock, asked now and then, reckoned in between."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import httpx
import structlog

from beaconfire.simulation.api import Refused
from beaconfire_platform.clock import ClockState, wall_now

ASK_EVERY_S: Final = 1.0
"""A pause or a change of speed is noticed within a second, a city in a hurry sooner."""
ASK_EVERY_BUSINESS_S: Final = 30.0
ASK_EVERY_S_MIN: Final = 0.2
DOZE_S_MAX: Final = 0.5
_log: Final = structlog.get_logger(__name__)


class Asks(Protocol):
    """Whoever can put a question to the API."""

    async def get(self, path: str, **params: Any) -> Any:
        """The answer to a question."""
        ...


class BusinessClock:
    """The node's clock, followed."""

    def __init__(self, api: Asks) -> None:
        """Runs with the wall until the first answer."""
        self._api = api
        now = wall_now()
        self._state = ClockState(now, now, 1.0, paused=False)

    def now(self) -> datetime:
        """Business time, as far as known."""
        return self._state.at(wall_now())

    @property
    def speed(self) -> float:
        """How many times faster than the wall; 0 while paused."""
        return 0.0 if self._state.paused else self._state.speed

    async def ask(self) -> None:
        """Ask once; the answer's business time counts from now."""
        told = await self._api.get("/v1/clock")
        self._state = ClockState(
            datetime.fromisoformat(told["business_time"]).astimezone(UTC),
            wall_now(),
            float(told["speed"]),
            bool(told["paused"]),
        )

    async def wait_until(self, moment: datetime) -> None:
        """Return when business time has come to `moment`, whatever speed does meanwhile."""
        while (left_s := (moment - self.now()).total_seconds()) > 0:
            speed = self.speed
            doze_s = DOZE_S_MAX if speed == 0 else left_s / speed
            await asyncio.sleep(min(DOZE_S_MAX, max(0.005, doze_s)))

    async def follow_forever(self) -> None:
        """Ask again and again; a node that is away is asked later."""
        while True:
            try:
                await self.ask()
            except (httpx.TransportError, Refused) as error:
                _log.warning("clock_not_told", error=str(error)[:100])
            await asyncio.sleep(self._ask_after_s())

    def _ask_after_s(self) -> float:
        """As long as a change of speed may go unnoticed."""
        if self.speed == 0:
            return ASK_EVERY_S
        return min(ASK_EVERY_S, max(ASK_EVERY_S_MIN, ASK_EVERY_BUSINESS_S / self.speed))
