"""Watches who comes into zones: positions are noticed as they come in, settled from history.

Nobody waits for it: a batch costs a comparison with the boxes of the zones in force, and nothing
where there is none. What it knows is in the database, so a restart loses and doubles nothing.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_geo.adapters.fence_store import PgFences, SeenFix
from beaconfire_geo.adapters.zones import PgZones
from beaconfire_geo.domain.crossings import (
    ACCURACY_M_WORST,
    HYSTERESIS_M,
    Crossing,
    FenceTime,
    Sighting,
    UnitTrack,
    forget_zones,
    settle,
    warn,
)
from beaconfire_geo.domain.zones import HazardZone
from beaconfire_platform.clock import Clock, wall_now
from beaconfire_platform.database import Connection, Database, Tx
from beaconfire_platform.positions import Fix
from beaconfire_spatial.fences import Fence
from beaconfire_spatial.geometry import LonLat

SETTLE_EVERY_S: Final = 5.0
"""How often positions of those inside are settled; who comes into a zone is looked at at once."""
UNITS_AT_ONCE_MAX: Final = 200
"""In one transaction: their positions of a quarter of an hour are 0.2 s of work."""
_CAUSE: Final = Cause(actor="geo:fences", correlation_id="fences")


def fence_of(zone: HazardZone) -> Fence:
    """The area in which a zone warns: its ring and the stand-off around it."""
    ring = [LonLat(one.lon, one.lat) for one in zone.plan.ring]
    return Fence(ring, zone.plan.stand_off_m)


class FenceWatch:
    """The zones in force as fences, and the units that came near them; one a process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """No zone is known yet; the first look finds who was near before the start."""
        self._database = database
        self._clock = clock
        self._looking = asyncio.Lock()
        self._known: tuple[tuple[str, int], ...] = ()
        self._fences: dict[str, Fence] = {}
        self._times: dict[str, FenceTime] = {}
        self._boxes: np.ndarray = np.zeros((0, 4))
        self._near: set[str] = set()
        self._inside: dict[str, frozenset[str]] = {}
        self._started = False
        self._settled_s = 0.0

    def notice(self, fixes: Sequence[Fix]) -> None:
        """Keep in mind who is near a zone that it is not known to be in."""
        if not len(self._boxes):
            return
        lons, lats = np.array([(one.lon, one.lat) for one in fixes]).T
        west, south, east, north = self._boxes.T[:, None, :]
        lons, lats = lons[:, None], lats[:, None]
        held = (lons >= west) & (lons <= east) & (lats >= south) & (lats <= north)
        zones = tuple(self._fences)
        for nth in np.flatnonzero(held.any(axis=1)).tolist():
            unit_id = fixes[nth].unit_id
            inside = {zones[one] for one in np.flatnonzero(held[nth]).tolist()}
            if not inside <= self._inside.get(unit_id, frozenset()):
                self._near.add(unit_id)

    async def beat(self) -> None:
        """Look when somebody came near, or when what is inside is to be settled again."""
        due = time.monotonic() - self._settled_s >= SETTLE_EVERY_S
        if due or self._near:
            await self.look()

    async def follow(self) -> None:
        """Zones changed: look at all whose newest position lies near one, at once."""
        async with self._database.reading() as connection:
            await self._load(connection)
            if self._fences:
                self._near |= await PgFences(connection).near(self._box_rows())
        await self.look()

    async def look(self) -> None:
        """Settle and warn all who are near or inside."""
        async with self._looking:
            async with self._database.reading() as connection:
                await self._load(connection)
                fences = PgFences(connection)
                units = await fences.due() | self._near
                if not self._started and self._fences:
                    units |= await fences.near(self._box_rows(), by_history=True)
            near, self._near = self._near, set()
            is_settled = False
            try:
                await self._settle_all(sorted(units))
                is_settled = True
            finally:  # also when we are stopped meanwhile: they are looked at again
                if not is_settled:
                    self._near |= near
            self._started, self._settled_s = True, time.monotonic()

    async def tidy(self) -> None:
        """Let go of units that have long been elsewhere."""
        async with self._database.transaction(cause=_CAUSE) as tx:
            await PgFences(tx.connection).forget()

    async def _settle_all(self, units: Sequence[str]) -> None:
        self._inside = {one: held for one, held in self._inside.items() if one in set(units)}
        for first in range(0, len(units), UNITS_AT_ONCE_MAX):
            part = units[first : first + UNITS_AT_ONCE_MAX]
            async with self._database.transaction(*_keys(part), cause=_CAUSE) as tx:
                await self._load(tx.connection)
                await self._settle(tx, part)

    async def _settle(self, tx: Tx, units: Sequence[str]) -> None:
        store = PgFences(tx.connection)
        tracks, fixes = await store.tracks(units), await store.fixes(units)
        newest, homes = await store.newest(units), await store.homes(units)
        kept: list[tuple[UnitTrack, bool]] = []
        for unit_id in units:
            before, seen = tracks[unit_id], fixes.get(unit_id, [])
            track, told = self._crossed(before, seen, newest.get(unit_id))
            body, division = homes.get(unit_id, (None, None))
            await tx.tell(*told, scope=Scope(owner=body, division=division))
            is_pending = any(_is_later(one, track) for one in seen)
            kept.append((track, is_pending))
            self._inside[unit_id] = frozenset(one.zone_id for one in track.visits)
        await store.keep(kept)

    def _crossed(
        self, track: UnitTrack, fixes: Sequence[SeenFix], newest: SeenFix | None
    ) -> tuple[UnitTrack, list[Crossing]]:
        now, told = self._clock.now(), list[Crossing]()
        visited = {one.zone_id for one in track.visits}
        track, over = forget_zones(track, self._times, now=now)
        seen = self._sightings(fixes, visited)
        track, crossed = settle(track, seen, self._times, wall_now=wall_now())
        told += over + crossed
        for last in self._sightings([newest] if newest else [], visited):
            track, warned = warn(track, last, self._times, now=now)
            told += warned
        return track, told

    def _sightings(self, fixes: Sequence[SeenFix], visited: Iterable[str]) -> list[Sighting]:
        if not fixes:
            return []
        lons, lats = np.array([(one.lon, one.lat) for one in fixes]).T
        outside = {
            zone_id: fence.outside_m(lons, lats)
            for (zone_id, fence), box in zip(self._fences.items(), self._boxes, strict=True)
            if zone_id in visited or _any_in(box, lons, lats)
        }
        return [_sighting(one, nth, outside) for nth, one in enumerate(fixes)]

    async def _load(self, connection: Connection) -> None:
        """Take the zones in force, unless they are."""
        lasting = await PgZones(connection).lasting()
        zones = [one for one in lasting if one.begun_at is not None]
        known = tuple((one.zone_id, one.version) for one in zones)
        if known == self._known:
            return
        self._fences = {one.zone_id: fence_of(one) for one in zones}
        self._times = {
            one.zone_id: FenceTime(one.begun_at, one.plan.warns)
            for one in zones
            if one.begun_at is not None
        }
        self._boxes = np.array(self._box_rows()).reshape(-1, 4)
        self._known = known

    def _box_rows(self) -> list[tuple[float, float, float, float]]:
        return [one.box(HYSTERESIS_M) for one in self._fences.values()]


def _keys(units: Iterable[str]) -> tuple[LockKey, ...]:
    return tuple(aggregate(f"fences/{one}") for one in units)


def _any_in(box: np.ndarray, lons: np.ndarray, lats: np.ndarray) -> bool:
    west, south, east, north = box
    held = (lons >= west) & (lons <= east) & (lats >= south) & (lats <= north)
    return bool(held.any())


def _is_later(fix: SeenFix, track: UnitTrack) -> bool:
    return track.settled_at is None or fix.observed_at > track.settled_at


def _sighting(fix: SeenFix, nth: int, outside: Mapping[str, np.ndarray]) -> Sighting:
    is_sharp = fix.accuracy_m is None or fix.accuracy_m <= ACCURACY_M_WORST
    said = {zone_id: float(one[nth]) for zone_id, one in outside.items()} if is_sharp else {}
    return Sighting(fix.observed_at, fix.received_at, said)
