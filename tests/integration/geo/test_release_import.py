"""Releasing an import is one flip; what is not ready is not released."""

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_geo.adapters.import_store import PgImports
from beaconfire_geo.adapters.postgres import PgLayers
from beaconfire_geo.adapters.stations import PgStations
from beaconfire_geo.application.release_import import keys, release_import
from beaconfire_geo.domain.layer_import import CheckedMap, ImportNotReady, ImportState, LayerImport
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="test")


async def released(tx: Tx, one: LayerImport) -> object:
    """The head in force."""
    return await release_import(
        one.id, imports=PgImports(tx.connection), layers=PgLayers(tx.connection),
        stations=PgStations(tx.connection), facts=tx, now=NOON,
    )  # fmt: skip


async def test_a_ready_import_comes_into_force_and_is_told(geo: ServiceUnderTest) -> None:
    one = LayerImport(new_id(), "grid", "EPSG:4326", None, "somebody")
    async with geo.ground.database.transaction(*keys(one), cause=CAUSE) as tx:
        imports = PgImports(tx.connection)
        await imports.open(one)
        await imports.save(one.filled().ready(CheckedMap(3, "hash", 0, (), {}), 8))
        await released(tx, one)
        state = (await imports.get(one.id)).state

    [fact] = await geo.told(LayerReleased)
    assert state is ImportState.RELEASED
    assert (fact.layer, fact.version, fact.areas, fact.sha256) == ("grid", 8, 3, "hash")


async def test_an_import_without_its_map_is_not_released(geo: ServiceUnderTest) -> None:
    one = LayerImport(new_id(), "grid", "EPSG:4326", None, "somebody")
    async with geo.ground.database.transaction(*keys(one), cause=CAUSE) as tx:
        await PgImports(tx.connection).open(one)
        with pytest.raises(ImportNotReady):
            await released(tx, one)
