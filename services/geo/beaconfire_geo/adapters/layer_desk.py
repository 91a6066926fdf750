"""Layers at work: pages for readers, and staging of new versions in short transactions."""

import asyncio
from collections.abc import Sequence

from beaconfire_contracts.envelope import Cause
from beaconfire_geo.adapters.layer_file import FeatureOf, areas_of, content_hash
from beaconfire_geo.adapters.postgres import AREAS_PER_STAGE_MAX, PgLayers
from beaconfire_geo.application.release_layer import ReleaseLayer
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_platform.database import Database, Tx

_STAGING = Cause(actor="geo:staging", correlation_id="")


class PgLayerDesk:
    """Reads layers, and writes areas that count only once their version is released."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._database = database

    async def newest(self, name: str) -> ReleasedLayer | None:
        """The version in force."""
        async with self._database.reading() as connection:
            return await PgLayers(connection).newest(name)

    async def page(
        self, name: str, version: int, *, level: str, after: str, limit: int
    ) -> list[Area]:
        """A page of one level's areas in the order of paths."""
        async with self._database.reading() as connection:
            return await PgLayers(connection).page(
                name, version, level=level, after=after, limit=limit
            )

    async def stage(self, name: str, features: Sequence[FeatureOf]) -> ReleaseLayer:
        """Check every shape off the loop, then write 2,000 areas a transaction."""
        areas = await asyncio.to_thread(areas_of, features)
        sha256 = await asyncio.to_thread(content_hash, areas)
        async with self._database.transaction(cause=_STAGING) as tx:
            version = await PgLayers(tx.connection).next_version()
        for first in range(0, len(areas), AREAS_PER_STAGE_MAX):
            async with self._database.transaction(cause=_STAGING) as tx:
                part = areas[first : first + AREAS_PER_STAGE_MAX]
                await PgLayers(tx.connection).stage(name, version, part)
        return ReleaseLayer(name, version, len(areas), sha256)

    def writing(self, tx: Tx) -> PgLayers:
        """The tables within one transaction."""
        return PgLayers(tx.connection)
