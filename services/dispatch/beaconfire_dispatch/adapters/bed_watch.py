"""Lets beds go whose patients were handed over, or whose unit carries nobody there any more."""

import asyncio
from functools import partial
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_dispatch.adapters.beds import PgBeds
from beaconfire_dispatch.adapters.demands import PgDemands
from beaconfire_dispatch.adapters.postgres import PgAssignments
from beaconfire_dispatch.application.release_bed import keys, release_bed
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database
from beaconfire_platform.row_patience import Patience

LOOK_EVERY_S: Final = 1.0
AT_ONCE_MAX: Final = 50
_log: Final = structlog.get_logger(__name__)


class BedWatch:
    """Releases beds once each; several processes may look, the locks part them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Over one database, by business time."""
        self._database = database
        self._clock = clock
        self._patience = Patience()

    async def watch_forever(self) -> None:
        """Look every second."""
        while True:
            try:
                await self.release()
            except TROUBLE as error:
                _log.warning("beds_wait", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def release(self) -> int:
        """Let go what is over; how many."""
        async with self._database.reading() as connection:
            found = await PgBeds(connection).over(AT_ONCE_MAX + len(self._patience))
            seen = [await PgAssignments(connection).get(one.assignment_id) for one in found]
        done = [
            await self._patience.act(one.id, partial(self._one, one), incident=one.incident_id)
            for one in seen
        ]
        return sum(done)

    async def _one(self, seen: Assignment) -> bool:
        cause = Cause(actor="dispatch:beds", correlation_id=seen.incident_id)
        async with self._database.transaction(*keys(seen), cause=cause) as tx:
            return await release_bed(
                seen,
                assignments=PgAssignments(tx.connection),
                beds=PgBeds(tx.connection),
                demands=PgDemands(tx.connection),
                facts=tx,
                now=self._clock.now(),
            )
