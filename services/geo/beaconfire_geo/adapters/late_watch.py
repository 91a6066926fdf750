"""Looks through what came late: tells the stays and absences in it that nobody was told of.

It follows the watch (`fence_watch.py`), which settles what comes in time and does not wait for it:
a stretch is looked through once newer positions of its unit are settled and no more of it has come
for a while.
"""

import asyncio
from functools import partial
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_geo.adapters.fence_store import PgFences
from beaconfire_geo.adapters.fences_in_force import FencesInForce
from beaconfire_geo.adapters.late_store import PgLate
from beaconfire_geo.domain.late_crossings import missed
from beaconfire_platform.database import TROUBLE, Database, Tx
from beaconfire_platform.row_patience import Patience

LOOK_EVERY_S: Final = 5.0
_CAUSE: Final = Cause(actor="geo:fences", correlation_id="fences")
_log: Final = structlog.get_logger(__name__)


class LateWatch:
    """The stretches that came late, beside the zones in force; one a process."""

    def __init__(self, database: Database) -> None:
        """The zones are loaded with each stretch, where one changed."""
        self._database = database
        self._fences = FencesInForce()
        self._patience = Patience()

    async def look_forever(self) -> None:
        """Look every few seconds; at once again where there was something."""
        is_busy = False
        while True:
            await asyncio.sleep(0 if is_busy else LOOK_EVERY_S)
            try:
                is_busy = await self.look() > 0
            except TROUBLE as error:
                is_busy = False
                _log.warning("late_positions_wait", error=type(error).__name__)

    async def look(self) -> int:
        """Look through what is whole by now; of how many units.

        One that fails holds up no other.
        """
        async with self._database.looking() as connection:
            due = await PgLate(connection).due()
        return sum([await self._patience.act(one, partial(self._look_through, one)) for one in due])

    async def _look_through(self, unit_id: str) -> bool:
        key = aggregate(f"fences/{unit_id}")
        async with self._database.transaction(key, cause=_CAUSE) as tx:
            await self._fences.load(tx.connection)
            return await self._tell_missed(tx, unit_id)

    async def _tell_missed(self, tx: Tx, unit_id: str) -> bool:
        store = PgLate(tx.connection)
        stretch = await store.take(unit_id)
        if stretch is None:  # another process was first
            return False
        fixes, told = await store.fixes(unit_id, stretch), await store.told(unit_id)
        outside = await asyncio.to_thread(self._fences.outside_m, fixes.lon, fixes.lat, told.keys())
        found = missed(
            UnitId(unit_id), fixes, outside, self._fences.times, told, late_until_us=stretch.to_us
        )
        if found:
            await store.remember(found)
            homes = await PgFences(tx.connection).homes([unit_id])
            body, division = homes.get(unit_id, (None, None))
            await tx.tell(*found, scope=Scope(owner=body, division=division))
        return True
