"""Deadlines of grid work: what nobody takes or reaches goes to the next part, by rows."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final, TypedDict

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.adapters.demands import PgDemands
from beaconfire_dispatch.adapters.rosters import PgRosters
from beaconfire_dispatch.adapters.tasks import PgTasks
from beaconfire_dispatch.application.escalate_task import Untaken, escalate_task
from beaconfire_dispatch.application.escalate_unreached import Unreached, escalate_unreached
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database, Tx
from beaconfire_platform.row_patience import Patience

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
        self._patience = Patience()

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
        now, most = self._clock.now(), AT_ONCE_MAX + len(self._patience)
        async with self._database.reading() as connection:
            untaken = await PgTasks(connection).untaken(now, most)
            unreached = await PgTasks(connection).unreached(now, most)
        passed = [
            await self._patience.act(one.task_id, partial(self._pass, one), task=one.task_id)
            for one in (*untaken, *unreached)
        ]
        return sum(passed)

    async def _pass(self, found: Untaken | Unreached) -> bool:
        keys = (aggregate(found.incident_id),)
        async with self._database.transaction(*keys, cause=_cause(found.incident_id)) as tx:
            if isinstance(found, Untaken):
                return await escalate_task(found, **self._ports(tx))
            return await escalate_unreached(found, **self._ports(tx))

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
