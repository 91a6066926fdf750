"""Watches who comes into zones: positions are noticed as they come in, settled from history.

Nobody waits for it: a batch costs a comparison with the zones in force, and nothing where there is
none. Who stays where it is costs arithmetic over columns (`domain/unsettled.py`); who crosses an
edge is looked at position by position. What it knows is in the database, so a restart loses and
doubles nothing.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_geo.adapters.fence_store import FIXES_PER_UNIT_MAX, PgFences
from beaconfire_geo.adapters.fences_in_force import FencesInForce
from beaconfire_geo.adapters.late_store import PgLate
from beaconfire_geo.domain.crossings import (
    ACCURACY_M_WORST,
    Crossing,
    Sighting,
    UnitTrack,
    forget_zones,
    settle,
    warn,
)
from beaconfire_geo.domain.unsettled import Outside, Sightings, judge, newest_of, to_warn
from beaconfire_platform.clock import Clock, wall_now
from beaconfire_platform.database import Connection, Database, Tx
from beaconfire_platform.fix_batch import FixBatch, moment_at
from beaconfire_platform.positions import Fix

SETTLE_EVERY_S: Final = 5.0
"""How often crossings that may still be overtaken are looked at again; who comes into a zone or out
of one is looked at at once."""
STILL_EVERY_S: Final = 30.0
"""How often those inside a zone are looked at of whom nothing was noticed here: another process may
have taken in where they went."""
UNITS_AT_ONCE_MAX: Final = 500
"""In one transaction: their positions of a minute are 30,000 rows, 0.1 s of work."""
LOOKED_BACK_AT_ONCE: Final = 500
"""Units whose ways before the start are looked through by one statement: a tenth of a second."""
_CAUSE: Final = Cause(actor="geo:fences", correlation_id="fences")
_NOWHERE: Final[frozenset[str]] = frozenset()


class FenceWatch:
    """The zones in force as fences, and the units that came near them; one a process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """No zone is known yet; the first look finds who was near before the start."""
        self._database = database
        self._clock = clock
        self._looking = asyncio.Lock()
        self._fences = FencesInForce()
        self._near: set[str] = set()
        self._again: set[str] = set()
        """Who was looked at before what was noticed of it was in history, or not to its end."""
        self._inside: dict[str, frozenset[str]] = {}
        """In which zones each unit is by its newest position that was looked at."""
        self._started = False
        self._settled_s = 0.0

    async def load(self) -> None:
        """Take the zones in force, so that nothing is taken in before they are known."""
        async with self._database.reading() as connection:
            await self._fences.load(connection)

    def is_near(self, fixes: FixBatch) -> np.ndarray:
        """Which of these are near a zone in force."""
        return self._fences.near(fixes.lon, fixes.lat)

    def notice(self, fixes: Sequence[Fix]) -> None:
        """Keep in mind who came into a zone that it is not known to be in, or left one."""
        if not self._fences or not len(fixes):
            return
        batch = FixBatch.of(fixes)
        known = [self._inside.get(one, _NOWHERE) for one in batch.unit_ids]
        sharp = ~(batch.accuracy_m > ACCURACY_M_WORST)
        moved = self._fences.changed(batch.lon, batch.lat, known) & sharp
        self._near.update(batch.unit_ids[row] for row in np.flatnonzero(moved).tolist())

    async def beat(self) -> None:
        """Look when somebody came or went, or when crossings are to be settled again."""
        is_due = time.monotonic() - self._settled_s >= SETTLE_EVERY_S
        if is_due or self._near or self._again:
            await self._look(STILL_EVERY_S if is_due else None)

    async def follow(self) -> None:
        """Zones changed: look at all whose newest position lies near one, at once."""
        async with self._database.reading() as connection:
            await self._fences.load(connection)
            if self._fences:
                self._near |= await PgFences(connection).near(self._fences.boxes)
        await self.look()

    async def look(self) -> None:
        """Settle and warn all who are near or inside."""
        await self._look(0.0)

    async def _look(self, looked_s: float | None) -> None:
        """Also those inside who were last looked at so long ago; None: only who is near."""
        async with self._looking:
            near, again = self._near, self._again
            self._near, self._again = set(), set()
            before = {one: self._inside.get(one) for one in near}
            is_settled = False
            try:
                units = await self._units(looked_s)
                await self._settle_all(sorted(units | near | again))
                self._again |= {one for one in near if self._inside.get(one) == before[one]}
                is_settled = True
            finally:  # also when we are stopped meanwhile: they are looked at again
                if not is_settled:
                    self._near |= near | again
            self._started = True
            if looked_s is not None:
                self._settled_s = time.monotonic()

    async def _units(self, looked_s: float | None) -> set[str]:
        """Who is to be looked at beside those who were noticed."""
        units: set[str] = set()
        async with self._database.reading() as connection:
            has_changed = await self._fences.load(connection)
            store = PgFences(connection)
            if has_changed:
                units |= await store.due()
            elif looked_s is not None:
                units |= await store.due(looked_s)
        if not self._started and self._fences:
            units |= await self._near_before()
        return units

    async def _near_before(self) -> set[str]:
        """Who was near a zone before the start, some at a time: a fleet's ways are many rows."""
        async with self._database.reading() as connection:
            seen = await PgFences(connection).seen()
        found: set[str] = set()
        for first in range(0, len(seen), LOOKED_BACK_AT_ONCE):
            async with self._database.reading() as connection:
                some = seen[first : first + LOOKED_BACK_AT_ONCE]
                found |= await PgFences(connection).near_lately(self._fences.boxes, some)
        return found

    async def tidy(self) -> None:
        """Let go of units that have long been elsewhere."""
        async with self._database.transaction(cause=_CAUSE) as tx:
            await PgFences(tx.connection).forget()
            await PgLate(tx.connection).forget()

    async def _settle_all(self, units: Sequence[str]) -> None:
        for first in range(0, len(units), UNITS_AT_ONCE_MAX):
            part = units[first : first + UNITS_AT_ONCE_MAX]
            async with self._database.transaction(*_keys(part), cause=_CAUSE) as tx:
                await self._fences.load(tx.connection)
                await self._settle(tx, part)

    async def _settle(self, tx: Tx, units: Sequence[str]) -> None:
        seen = await _read(tx.connection, units, self._fences)
        verdict = judge(
            seen.fixes, seen.outside, seen.tracks, self._fences.times, wall_now=wall_now()
        )
        acts = verdict.acts | to_warn(
            seen.newest, seen.newest_outside, seen.tracks, self._fences.times
        )
        is_pending = verdict.is_pending | seen.is_cut
        still = np.flatnonzero(~acts).tolist()
        store = PgFences(tx.connection)
        await store.settle(
            [units[one] for one in still],
            verdict.settled_us[still].tolist(),
            is_pending[still].tolist(),
        )
        crossing = np.flatnonzero(acts).tolist()
        tracks = await self._cross(tx, units, seen, crossing)
        await store.keep((track, bool(is_pending[one])) for one, track in tracks.items())
        self._remember(units, seen, tracks)
        self._again.update(units[row] for row in np.flatnonzero(seen.is_cut).tolist())

    async def _cross(
        self, tx: Tx, units: Sequence[str], seen: "_Seen", crossing: Sequence[int]
    ) -> dict[int, UnitTrack]:
        """Tell what those units crossed, position by position; their tracks after it."""
        homes = await PgFences(tx.connection).homes([units[one] for one in crossing])
        tracks: dict[int, UnitTrack] = {}
        for one in crossing:
            body, division = homes.get(units[one], (None, None))
            tracks[one], told = self._crossed(seen, one)
            await PgLate(tx.connection).remember(told)
            await tx.tell(*told, scope=Scope(owner=body, division=division))
        return tracks

    def _crossed(self, seen: "_Seen", unit: int) -> tuple[UnitTrack, list[Crossing]]:
        now, told, times = self._clock.now(), list[Crossing](), self._fences.times
        track, over = forget_zones(seen.tracks[unit], times, now=now)
        sightings = _sightings(seen.fixes, seen.outside, unit)
        track, crossed = settle(track, sightings, times, wall_now=wall_now())
        told += over + crossed
        for last in _sightings(seen.newest, seen.newest_outside, unit):
            track, warned = warn(track, last, times, now=now)
            told += warned
        return track, told

    def _remember(self, units: Sequence[str], seen: "_Seen", tracks: dict[int, UnitTrack]) -> None:
        """Where each is now: its visits, and the zones that its newest position lies in."""
        inside: dict[int, set[str]] = {}
        for zone_id, outside_m in seen.newest_outside.items():
            for unit in seen.newest.unit[outside_m <= 0].tolist():
                inside.setdefault(unit, set()).add(zone_id)
        for place, unit_id in enumerate(units):
            track = tracks.get(place) or seen.tracks[place]
            held = {visit.zone_id for visit in track.visits} | inside.get(place, set())
            if held:
                self._inside[unit_id] = frozenset(held)
            else:
                self._inside.pop(unit_id, None)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What is known of some units: their tracks, what is not settled, where they are now."""

    tracks: list[UnitTrack]
    fixes: Sightings
    outside: Outside
    newest: Sightings
    newest_outside: Outside
    is_cut: np.ndarray
    """Of whom there is more than is read at once."""


async def _read(connection: Connection, units: Sequence[str], fences: FencesInForce) -> _Seen:
    store = PgFences(connection)
    tracks, fixes = list((await store.tracks(units)).values()), await store.fixes(units)
    both = _joined(fixes, await store.newest(units))  # of one moment what moved the marker is last
    last = newest_of(both, len(units))
    newest = both.take(last[last >= 0])
    visited = {visit.zone_id for track in tracks for visit in track.visits}
    return _Seen(
        tracks, fixes, fences.outside_m(fixes.lon, fixes.lat, visited), newest,
        fences.outside_m(newest.lon, newest.lat, visited),
        np.bincount(fixes.unit, minlength=len(units)) >= FIXES_PER_UNIT_MAX,
    )  # fmt: skip


def _joined(one: Sightings, other: Sightings) -> Sightings:
    return Sightings(
        *(
            np.concatenate([getattr(one, name), getattr(other, name)])
            for name in Sightings.__dataclass_fields__
        )
    )


def _sightings(seen: Sightings, outside: Outside, unit: int) -> list[Sighting]:
    """One unit's positions as they are settled one by one; a vague one says nothing of an edge."""
    rows = np.flatnonzero(seen.unit == unit)
    sharp = seen.is_sharp
    return [
        Sighting(
            moment_at(int(seen.observed_us[row])),
            moment_at(int(seen.received_us[row])),
            {zone_id: float(one[row]) for zone_id, one in outside.items()} if sharp[row] else {},
        )
        for row in rows.tolist()
    ]


def _keys(units: Iterable[str]) -> tuple[LockKey, ...]:
    return tuple(aggregate(f"fences/{one}") for one in units)
