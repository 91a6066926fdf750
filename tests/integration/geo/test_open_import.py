"""Opening an import keeps it, open for its map, under a lock of its own."""

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import aggregate
from beaconfire_geo.adapters.import_store import PgImports
from beaconfire_geo.application.open_import import keys, open_import
from beaconfire_geo.domain.layer_import import LayerImport
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import ServiceUnderTest


async def test_an_opened_import_is_there(geo: ServiceUnderTest) -> None:
    one = LayerImport(new_id(), "grid", "GCJ-02", None, "somebody")
    cause = Cause(actor="test", correlation_id="test")

    async with geo.ground.database.transaction(*keys(one), cause=cause) as tx:
        told = await open_import(one, imports=PgImports(tx.connection))
        kept = await PgImports(tx.connection).get(one.id)

    assert told == kept == one
    assert keys(one) == (aggregate(f"import/{one.id}"),)
