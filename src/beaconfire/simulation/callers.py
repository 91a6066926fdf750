"""The replayer: a city's calls in their true order, each told as its caller would tell it."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from beaconfire.simulation.api import Refused
from beaconfire.simulation.business import BusinessClock
from beaconfire.simulation.chance import draw
from beaconfire.simulation.crew import Speaks

UNDER_WAY_MAX: Final = 32
"""Calls being told at once: a centre with more call takers than this is two centres."""
LATE_S_MAX: Final = 60.0
"""A call of the last minute before a stop may not have been told: twice is once, by its place."""
_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a replay: when, where and of what kind, with what words, heard how well."""

    after_s: float
    lon: float
    lat: float
    type: str
    text: str
    channel: str = "phone"
    accuracy_m: float = 30.0
    priority: int | None = None


def body_of(call: Call, observed_at: datetime) -> dict[str, Any]:
    """The report that a call taker types for it."""
    return {
        "channel": call.channel,
        "type": call.type,
        "text": call.text,
        "position": {"lon": call.lon, "lat": call.lat, "accuracy_m": call.accuracy_m},
        "observed_at": observed_at.isoformat(),
        "priority": call.priority,
    }


def second_callers(calls: Iterable[Call], *, share: float) -> Iterator[Call]:
    """The calls, some followed by a second caller about the same thing, in the order of time.

    The second stands a few dozen metres away, up to two minutes later, knows less well where, and
    says the same.
    """
    waiting: list[Call] = []
    for number, call in enumerate(calls):
        due = [one for one in waiting if one.after_s <= call.after_s]
        yield from sorted(due, key=lambda one: one.after_s)
        waiting = [one for one in waiting if one.after_s > call.after_s]
        yield call
        name = f"second/{number}"
        if draw(name, "does") < share:
            waiting.append(
                Call(
                    after_s=call.after_s + 20 + 100 * draw(name, "delay"),
                    lon=call.lon + (draw(name, "lon") - 0.5) * 0.0008,
                    lat=call.lat + (draw(name, "lat") - 0.5) * 0.0006,
                    type=call.type,
                    text=call.text,
                    accuracy_m=60.0,
                )
            )
    yield from sorted(waiting, key=lambda one: one.after_s)


class Callers:
    """Tells calls as they fall due by business time; counts what came of them."""

    def __init__(self, api: Speaks, clock: BusinessClock) -> None:
        """`api` is the call takers' token."""
        self.told = 0
        self.refused = 0
        self.last_at: datetime | None = None
        self._api = api
        self._clock = clock

    async def replay(self, calls: Iterable[Call], started_at: datetime) -> None:
        """Tell each call at its business time; returns when all were told and answered.

        What fell due long before now was told by an earlier run, and is not told again.
        """
        from_s = (self._clock.now() - started_at).total_seconds() - LATE_S_MAX
        gate = asyncio.Semaphore(UNDER_WAY_MAX)
        async with asyncio.TaskGroup() as group:
            for call in calls:
                if call.after_s < from_s:
                    continue
                due_at = started_at + timedelta(seconds=call.after_s)
                await self._clock.wait_until(due_at)
                await gate.acquire()
                group.create_task(self._tell(call, due_at, gate))

    async def _tell(self, call: Call, due_at: datetime, gate: asyncio.Semaphore) -> None:
        try:
            await self._api.post("/v1/reports", body_of(call, due_at))
            self.told += 1
            self.last_at = due_at
        except Refused as refused:
            self.refused += 1
            _log.warning("call_refused", type=call.type, problem=str(refused)[:120])
        finally:
            gate.release()
