"""Looks through what came late: tells the stays and absences in it that nobody was told of.

It follows the watch (`fence_watch.py`), which settles what comes in time: a stretch is looked
through once newer positions of its unit are settled and no more of it has come for a while.
"""

from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np

from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_geo.adapters.fence_store import PgFences
from beaconfire_geo.adapters.fences_in_force import FencesInForce
from beaconfire_geo.adapters.late_store import FIXES_AT_ONCE_MAX, LateStretch, PgLate
from beaconfire_geo.domain.crossings import Sighting
from beaconfire_geo.domain.late_crossings import Missed, missed
from beaconfire_geo.domain.unsettled import Sightings
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.fix_batch import moment_at

UNITS_AT_ONCE_MAX: Final = 50
"""In one look, a transaction each: a fleet that comes back from a dead spot takes some looks."""
_CAUSE: Final = Cause(actor="geo:fences", correlation_id="fences")


class LateWatch:
    """The stretches that came late, beside the zones in force; one a process."""

    def __init__(self, database: Database, fences: FencesInForce) -> None:
        """The zones are those of the watch, which loads them."""
        self._database = database
        self._fences = fences

    async def look(self) -> None:
        """Look through what is whole by now, unit by unit."""
        async with self._database.reading() as connection:
            due = await PgLate(connection).due(UNITS_AT_ONCE_MAX)
        for unit_id in due:
            key = aggregate(f"fences/{unit_id}")
            async with self._database.transaction(key, cause=_CAUSE) as tx:
                await self._fences.load(tx.connection)
                await self._look_through(tx, unit_id)

    async def _look_through(self, tx: Tx, unit_id: str) -> None:
        store = PgLate(tx.connection)
        stretch = await store.take(unit_id)
        if stretch is None:  # another process was first
            return
        fixes = await store.fixes(unit_id, stretch)
        found = await self._missed(store, unit_id, stretch, fixes)
        if found.crossings:
            await store.remember(found.crossings)
            homes = await PgFences(tx.connection).homes([unit_id])
            body, division = homes.get(unit_id, (None, None))
            await tx.tell(*found.crossings, scope=Scope(owner=body, division=division))
        rest = _rest(stretch, fixes, found)
        if rest is not None:
            await store.put_back(unit_id, rest)

    async def _missed(
        self, store: PgLate, unit_id: str, stretch: LateStretch, fixes: Sightings
    ) -> Missed:
        told = await store.told(unit_id)
        sightings = self._sightings(fixes, told.keys())
        return missed(
            UnitId(unit_id), sightings, self._fences.times, told, late_until=stretch.to_at
        )

    def _sightings(self, fixes: Sightings, visited: AbstractSet[str]) -> list[Sighting]:
        """Position by position; a vague one says nothing of an edge."""
        outside, sharp = self._fences.outside_m(fixes.lon, fixes.lat, visited), fixes.is_sharp
        return [
            Sighting(
                moment_at(int(fixes.observed_us[row])),
                moment_at(int(fixes.received_us[row])),
                {zone: float(one[row]) for zone, one in outside.items()} if sharp[row] else {},
            )
            for row in range(len(fixes))
        ]


def _rest(stretch: LateStretch, fixes: Sightings, found: Missed) -> LateStretch | None:
    """Where there was more than is read at once: from the crossing that is open, or the last."""
    if len(fixes) < FIXES_AT_ONCE_MAX:
        return None
    first, last = (moment_at(int(edge(fixes.observed_us))) for edge in (np.min, np.max))
    open_since = found.open_since
    begin = last if open_since is None or open_since <= first else open_since
    return LateStretch(begin, stretch.to_at) if first < begin <= stretch.to_at else None
