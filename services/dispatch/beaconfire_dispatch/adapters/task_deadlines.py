"""Deadlines of grid work: a task that nobody takes goes to the next part, by rows and one loop."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_dispatch.adapters.demands import PgDemands
from beaconfire_dispatch.adapters.rosters import PgRosters
from beaconfire_dispatch.adapters.tasks import PgTasks
from beaconfire_dispatch.application.escalate_task import Untaken, escalate_task, keys
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database

LOOK_EVERY_S: Final = 1.0
"""A part has minutes to take a task: a second more or less is nothing to it."""
AT_ONCE_MAX: Final = 100
"""Tasks of one look: each is a transaction of some milliseconds; the rest is found by the next."""
_log: Final = structlog.get_logger(__name__)


class TaskDeadlines:
    """Escalates what nobody takes; several processes may look, the incident's lock parts them."""

    def __init__(self, database: Database, clock: Clock, new_id: Callable[[], str]) -> None:
        """Over one database, by business time."""
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def watch_forever(self) -> None:
        """Look every second."""
        while True:
            try:
                await self.escalate()
            except TROUBLE as error:
                _log.warning("task_deadlines_wait", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def escalate(self) -> int:
        """Withdraw what nobody took, and ask the next; how many it was done for."""
        now = self._clock.now()
        async with self._database.reading() as connection:
            found = await PgTasks(connection).untaken(now, AT_ONCE_MAX)
        return sum([await self._escalate(one) for one in found])

    async def _escalate(self, command: Untaken) -> bool:
        cause = Cause(actor="dispatch:task-deadlines", correlation_id=command.incident_id)
        async with self._database.transaction(*keys(command), cause=cause) as tx:
            return await escalate_task(
                command,
                tasks=PgTasks(tx.connection),
                demands=PgDemands(tx.connection),
                facts=tx,
                rosters=PgRosters(tx.connection),
                new_id=self._new_id,
                now=self._clock.now(),
            )
