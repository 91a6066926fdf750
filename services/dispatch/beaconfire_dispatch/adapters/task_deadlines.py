"""Deadlines of grid work: what nobody takes or reaches goes to the next part, by rows."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, TypedDict

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_dispatch.adapters.demands import PgDemands
from beaconfire_dispatch.adapters.rosters import PgRosters
from beaconfire_dispatch.adapters.tasks import PgTasks
from beaconfire_dispatch.application import escalate_task, escalate_unreached
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database, Tx

LOOK_EVERY_S: Final = 1.0
"""A part has minutes to take a task: a second more or less is nothing to it."""
AT_ONCE_MAX: Final = 100
"""Tasks of one look: each is a transaction of some milliseconds; the rest is found by the next."""
_log: Final = structlog.get_logger(__name__)


class _Ports(TypedDict):
    """What either use case is handed."""

    tasks: PgTasks
    demands: PgDemands
    facts: Tx
    rosters: PgRosters
    new_id: Callable[[], str]
    now: datetime


class TaskDeadlines:
    """Escalates what nobody takes or reaches; the incident's lock parts several."""

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
        """Ask the next about what nobody took or reached; how many it was done for."""
        now = self._clock.now()
        async with self._database.reading() as connection:
            untaken = await PgTasks(connection).untaken(now, AT_ONCE_MAX)
            unreached = await PgTasks(connection).unreached(now, AT_ONCE_MAX)
        passed = [await self._pass_untaken(one) for one in untaken]
        return sum(passed + [await self._pass_unreached(one) for one in unreached])

    async def _pass_untaken(self, command: escalate_task.Untaken) -> bool:
        keys = escalate_task.keys(command)
        async with self._database.transaction(*keys, cause=_cause(command.incident_id)) as tx:
            return await escalate_task.escalate_task(command, **self._ports(tx))

    async def _pass_unreached(self, command: escalate_unreached.Unreached) -> bool:
        keys = escalate_unreached.keys(command)
        async with self._database.transaction(*keys, cause=_cause(command.incident_id)) as tx:
            return await escalate_unreached.escalate_unreached(command, **self._ports(tx))

    def _ports(self, tx: Tx) -> _Ports:
        return _Ports(
            tasks=PgTasks(tx.connection),
            demands=PgDemands(tx.connection),
            facts=tx,
            rosters=PgRosters(tx.connection),
            new_id=self._new_id,
            now=self._clock.now(),
        )


def _cause(incident_id: str) -> Cause:
    return Cause(actor="dispatch:task-deadlines", correlation_id=incident_id)
