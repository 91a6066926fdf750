"""Deadlines as rows: reminds crews that do not answer, settles units whose incident is over."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.refusals import Refusal
from beaconfire_dispatch.adapters.demands import PgDemands
from beaconfire_dispatch.adapters.postgres import PgAssignments, PgUnits
from beaconfire_dispatch.application import remind_overdue, settle_assignment
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database

LOOK_EVERY_S: Final = 0.5
AT_ONCE_MAX: Final = 100
_log: Final = structlog.get_logger(__name__)


class Deadlines:
    """What must happen though nobody asks for it."""

    def __init__(self, database: Database, clock: Clock, wake: Callable[[], None]) -> None:
        """`wake` is told when a unit became free."""
        self._database = database
        self._clock = clock
        self._wake = wake
        self._settle = asyncio.Event()

    def look(self) -> None:
        """An incident may be over: do not wait for the next look."""
        self._settle.set()

    async def watch_forever(self) -> None:
        """Look twice a second, and when told to."""
        while True:
            try:
                await self.settle()
                await self.remind()
            except TROUBLE as error:
                _log.warning("deadlines_wait", error=type(error).__name__)
                await asyncio.sleep(1)
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._settle.wait()
            except TimeoutError:
                pass
            self._settle.clear()

    async def settle(self) -> int:
        """Cancel or move whatever is on an incident that is over or followed elsewhere."""
        async with self._database.reading() as connection:
            found = await PgAssignments(connection).unsettled(AT_ONCE_MAX)
        for command in found:
            cause = Cause(actor="dispatch:settling", correlation_id=command.home_id)
            keys = settle_assignment.keys(command)
            async with self._database.transaction(*keys, cause=cause) as tx:
                await settle_assignment.settle_assignment(
                    command,
                    units=PgUnits(tx.connection),
                    assignments=PgAssignments(tx.connection),
                    demands=PgDemands(tx.connection),
                    facts=tx,
                    now=self._clock.now(),
                )
        if found:
            self._wake()
        return len(found)

    async def remind(self) -> int:
        """Remind, or take the order back, once each."""
        now = self._clock.now()
        async with self._database.reading() as connection:
            found = await PgAssignments(connection).unanswered(now, AT_ONCE_MAX)
        for one in found:
            command = remind_overdue.Overdue(one)
            cause = Cause(actor="dispatch:deadlines", correlation_id=one.incident_id)
            try:
                async with self._database.transaction(
                    *remind_overdue.keys(command), cause=cause
                ) as tx:
                    await remind_overdue.remind_overdue(
                        command,
                        units=PgUnits(tx.connection),
                        assignments=PgAssignments(tx.connection),
                        demands=PgDemands(tx.connection),
                        facts=tx,
                        now=now,
                    )
            except Refusal as refusal:  # it ended at this moment: nobody needs reminding
                _log.info("reminder_moot", assignment=one.id, code=refusal.code)
        if found:
            self._wake()
        return len(found)
