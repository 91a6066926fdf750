"""Layers at work: pages for readers, previews, and staging of new versions step by step."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import aggregate
from beaconfire_geo.adapters.layer_file import Findings, Reading, areas_of, content_hash
from beaconfire_geo.adapters.matters import PgMatters
from beaconfire_geo.adapters.postgres import AREAS_PER_STAGE_MAX, PgLayers
from beaconfire_geo.adapters.seams import seams_of
from beaconfire_geo.adapters.stations import PgStations
from beaconfire_geo.application.desks import IncomingLayer, Preview
from beaconfire_geo.application.release_layer import ReleaseLayer
from beaconfire_geo.domain.changes import changes_between
from beaconfire_geo.domain.fit import NOWHERE_YET, Box
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_geo.domain.levels import Levels
from beaconfire_geo.domain.matters import KnownBody
from beaconfire_geo.domain.stations import stations_seen
from beaconfire_platform.database import Database, Tx

GroundOf = Callable[[], Awaitable[Box]]
"""Asks for the bounds of the grid in force."""
_STAGING: Final = Cause(actor="geo:staging", correlation_id="")


@dataclass(frozen=True, slots=True)
class _Read:
    """The version in force, its areas, those that would be in force instead, and the bodies."""

    head: ReleasedLayer | None
    before: Sequence[Area]
    after: list[Area]
    rows: Mapping[str, int]
    bodies: Sequence[KnownBody]


class PgLayerDesk:
    """Reads layers, and writes areas that count only once their version is released."""

    def __init__(self, database: Database, levels: Levels, ground: GroundOf | None = None) -> None:
        """One database, the levels of this deployment, and the grid's bounds where it is known."""
        self._database = database
        self.levels = levels
        self._ground = ground

    async def newest(self, name: str, at: datetime | None = None) -> ReleasedLayer | None:
        """The version in force, or the one that was in force at a moment."""
        async with self._database.reading() as connection:
            return await PgLayers(connection).newest(name, at)

    async def tops(self, name: str) -> list[Area]:
        """The areas in force that lie in no other."""
        async with self._database.reading() as connection:
            return await PgLayers(connection).tops(name)

    async def page(
        self, name: str, version: int, *, level: str, after: str, limit: int
    ) -> list[Area]:
        """A page of one level's areas in the order of paths."""
        async with self._database.reading() as connection:
            return await PgLayers(connection).page(
                name, version, level=level, after=after, limit=limit
            )

    async def preview(self, incoming: IncomingLayer) -> Preview:
        """What releasing it would change; nothing is written."""
        read = await self._read(incoming)
        after = read.after
        changes = await asyncio.to_thread(changes_between, read.before, after)
        sha256 = await asyncio.to_thread(content_hash, after)
        stations = stations_seen(read.before, after, read.rows, read.bodies)
        seams = await seams_of(after, self.levels)
        return Preview(read.head, len(after), sha256, changes, seams, stations)

    async def stage(self, incoming: IncomingLayer) -> ReleaseLayer:
        """Check every shape off the loop, then write 2,000 areas a transaction."""
        read = await self._read(incoming)
        head, areas = read.head, read.after
        sha256 = await asyncio.to_thread(content_hash, areas)
        if head is not None and head.sha256 == sha256:
            return ReleaseLayer(incoming.name, head.version, len(areas), sha256, head.version)
        version = await self._write(incoming.name, areas)
        based_on = 0 if head is None else head.version
        return ReleaseLayer(incoming.name, version, len(areas), sha256, based_on)

    async def drop(self, command: ReleaseLayer) -> None:
        """Let go of what was staged and is not released: it would lie there for ever."""
        await unstage(self._database, command.layer, command.version)

    def writing(self, tx: Tx) -> PgLayers:
        """The tables within one transaction."""
        return PgLayers(tx.connection)

    def stations(self, tx: Tx) -> PgStations:
        """What they have of stations."""
        return PgStations(tx.connection)

    async def _read(self, incoming: IncomingLayer) -> _Read:
        """Everything that a map is judged by, and what it makes."""
        ground = NOWHERE_YET if self._ground is None else await self._ground()
        async with self._database.reading() as connection:
            layers = PgLayers(connection)
            head = await layers.newest(incoming.name)
            before = [] if head is None else await layers.whole(head.name, head.version)
            bodies = await PgMatters(connection).bodies()
        codes = [one.code for one in bodies]
        reading = Reading.of(incoming.crs, self.levels, incoming.kind, ground=ground, bodies=codes)
        found = Findings()
        after = await asyncio.to_thread(areas_of, incoming.features, reading, before, found)
        return _Read(head, before, after, found.rows, bodies)

    async def _write(self, name: str, areas: Sequence[Area]) -> int:
        async with self._database.transaction(cause=_STAGING) as tx:
            version = await PgLayers(tx.connection).next_version()
        for first in range(0, len(areas), AREAS_PER_STAGE_MAX):
            async with self._database.transaction(cause=_STAGING) as tx:
                part = areas[first : first + AREAS_PER_STAGE_MAX]
                await PgLayers(tx.connection).stage(name, version, part)
        return version


async def unstage(database: Database, layer: str, version: int) -> None:
    """Drop the areas of a version that was not released, 2,000 a transaction.

    Under the layer's lock: a release whose answer nobody heard may still be on its way.
    """
    gone = AREAS_PER_STAGE_MAX
    while gone == AREAS_PER_STAGE_MAX:
        async with database.transaction(aggregate(f"layer/{layer}"), cause=_STAGING) as tx:
            gone = await PgLayers(tx.connection).unstage(layer, version)
