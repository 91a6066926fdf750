"""The clock of a deployment whose services run apart: agency has it, the others run as it does."""

import asyncio
from datetime import datetime
from typing import Final

import httpx
import structlog

from beaconfire_platform.clock import ClockState, RunningClock

LOOK_S: Final = 1.0
"""A change of speed or a pause is known everywhere after so long."""
_log: Final = structlog.get_logger(__name__)


async def follow_clock_forever(http: httpx.AsyncClient, clock: RunningClock) -> None:
    """Ask agency for business time every second; while it is away the clock runs on as it did."""
    is_away = False
    while True:
        try:
            clock.follow(await _asked(http))
            is_away = False
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            if not is_away:
                _log.info("clock_not_heard", error=type(error).__name__)
            is_away = True
        await asyncio.sleep(LOOK_S)


async def _asked(http: httpx.AsyncClient) -> ClockState:
    answer = (await http.get("/v1/clock")).raise_for_status().json()
    return ClockState(
        datetime.fromisoformat(answer["business_time"]),
        datetime.fromisoformat(answer["wall_time"]),
        answer["speed"],
        paused=answer["paused"],
    )
