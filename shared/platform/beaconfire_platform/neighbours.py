"""The doorbell between processes of one service: who told facts in one wakes who waits in another.

PostgreSQL's LISTEN and NOTIFY, as a doorbell only (R8): notifications may be lost, and readers look
by themselves as well. At most one is sent in a few milliseconds, by a connection of its own, since
each takes a lock of the whole database while it commits. Who has heard of nobody for a while is
alone, and only says now and then that it is there.
"""

import asyncio
import time
from contextlib import suppress
from typing import Any, Final

import asyncpg
import structlog

from beaconfire_platform.database import TROUBLE
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.log.patience import back_off_s, end_if_cancelled

CHANNEL: Final = "beaconfire_bell"
GATHER_S: Final = 0.005
ALIVE_S: Final = 10.0
"""A connection that died unnoticed is found after so long; so often each says that it is there."""
COMPANY_S: Final = 3 * ALIVE_S
"""A neighbour that was not heard for so long is gone."""
CONNECT_S_MAX: Final = 3
_log: Final = structlog.get_logger(__name__)


class Neighbours:
    """Rings this process's bell when another rang its own, and the other way round."""

    def __init__(self, dsn: str, bell: Doorbell, instance: str) -> None:
        """`dsn` reaches the service's own database; `instance` names this process."""
        self._dsn = dsn
        self._bell = bell
        self._instance = instance
        self._was_heard = False
        self._heard_at = float("-inf")
        self._company = asyncio.Event()

    @property
    def is_alone(self) -> bool:
        """Whether no other process of the service was heard of late."""
        return time.monotonic() - self._heard_at > COMPANY_S

    async def ring_forever(self) -> None:
        """Keep connected; a database that is away is waited for."""
        failures = 0
        while True:
            try:
                await self._ring()
            except TROUBLE as error:
                failures = 1 if self._was_heard else failures + 1
                _log.info("neighbours_not_heard", error=type(error).__name__)
                await asyncio.sleep(back_off_s(failures))
            end_if_cancelled()

    async def _ring(self) -> None:
        self._was_heard = False
        connection = await asyncpg.connect(
            self._dsn, timeout=CONNECT_S_MAX, command_timeout=CONNECT_S_MAX
        )
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self._was_heard = True
            self._bell.ring_from_elsewhere()  # what was rung before we listened
            while True:
                told = self._bell.ends
                await connection.execute("select pg_notify($1, $2)", CHANNEL, self._instance)
                await asyncio.sleep(GATHER_S)
                await self._until_needed(told)
        finally:
            connection.terminate()

    async def _until_needed(self, told: int) -> None:
        """Until there is something to tell: to nobody, only that we are there.

        Who is alone answers the first that it hears, so that both know of each other.
        """
        if not self.is_alone:
            await self._bell.wait_own(ALIVE_S, since=told)
            return
        self._company.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(ALIVE_S):
                await self._company.wait()

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        if payload != self._instance:
            self._heard_at = time.monotonic()
            self._company.set()
            self._bell.ring_from_elsewhere()
