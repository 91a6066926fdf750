"""Imports in the database: kept as they are, filled once, let go of with what they staged."""

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.adapters.import_store import PgImports
from beaconfire_geo.adapters.postgres import PgLayers
from beaconfire_geo.domain.layer_import import CheckedMap, ImportState, LayerImport
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="test")
CHECKED = CheckedMap(2, "hash", 3, (("akl", "city"),), {"areas": 2})


def an_import() -> LayerImport:
    return LayerImport(new_id(), "grid", "EPSG:4326", "cell", "somebody")


async def test_an_import_is_read_as_it_was_kept(geo: ServiceUnderTest) -> None:
    one = an_import()
    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        imports = PgImports(tx.connection)
        await imports.open(one)
        opened = await imports.get(one.id)
        filled = [await imports.fill(one.id), await imports.fill(one.id)]
        await imports.seen(one.id, 7, 3)
        await imports.seen(one.id, None, 0, 5)
        seen = await imports.get(one.id)
        await imports.save(seen.ready(CHECKED, 5))
        ready = await imports.get(one.id)
        with pytest.raises(NotFound):
            await imports.get(new_id())

    assert opened == one
    assert filled == [True, False]
    assert (seen.state, seen.rows, seen.rows_read, seen.version) == (
        ImportState.CHECKING, 7, 3, 5,
    )  # fmt: skip
    assert (ready.state, ready.checked, ready.rows_read) == (ImportState.READY, CHECKED, 7)


async def test_old_imports_are_let_go_of_with_what_nobody_released(geo: ServiceUnderTest) -> None:
    old, new = an_import(), an_import()
    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        imports = PgImports(tx.connection)
        await imports.open(old)
        await imports.open(new)
        await imports.seen(old.id, None, 0, 9)
        await tx.connection.execute(
            "update layer_import set opened_at = opened_at - interval '8 days' "
            "where import_id = $1", old.id,
        )  # fmt: skip
        await tx.connection.execute("""
            insert into area (layer, version, code, level, path, name_zh, name_en)
            select 'grid', version, 'c1', 'cell', 'c1', 'c1', 'c1' from unnest(array[8, 9]) version
        """)
        forgotten = await imports.forgotten()
        dropped = [await PgLayers(tx.connection).unstage("grid", 9) for _ in range(2)]
        await imports.forget(old.id)
        left = await tx.connection.fetch("select version from area")
        rest = await imports.forgotten()

    assert dropped == [1, 0]
    assert forgotten == [(old.id, "grid", 9)]
    assert [one["version"] for one in left] == [8]
    assert rest == []
