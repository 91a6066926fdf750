"""Looks for incidents that have been over for long enough, and files them."""

import asyncio
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database
from beaconfire_situation.adapters.postgres import PgFiles
from beaconfire_situation.application.file_ended import FileEnded, file_ended, keys
from beaconfire_situation.domain.filing import ENDED_SHOWN_MAX, FILED_AFTER

LOOK_EVERY_S: Final = 2.0
AT_ONCE_MAX: Final = 200
"""Incidents in one transaction: few enough that the picture's writer does not wait for long."""
_log: Final = structlog.get_logger(__name__)


class Filing:
    """What must leave the picture though nobody asks for it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Limits run by business time."""
        self._database = database
        self._clock = clock

    async def file_forever(self) -> None:
        """Look every two seconds, at once again while there is more."""
        while True:
            try:
                if await self.look() < AT_ONCE_MAX:
                    await asyncio.sleep(LOOK_EVERY_S)
            except TROUBLE as error:
                _log.warning("filing_waits", error=type(error).__name__)
                await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """File what is due; returns how many incidents that were."""
        now = self._clock.now()
        async with self._database.reading() as connection:
            found = await PgFiles(connection).due(now - FILED_AFTER, ENDED_SHOWN_MAX, AT_ONCE_MAX)
        if not found:
            return 0
        command = FileEnded(found)
        cause = Cause(actor="situation:filing", correlation_id="filing")
        async with self._database.transaction(*keys(command), cause=cause) as tx:
            return await file_ended(command, files=PgFiles(tx.connection), now=now)
