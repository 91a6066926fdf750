"""Geo's rows come back as they were kept."""

import shapely

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.ids import IncidentId
from beaconfire_geo.adapters.postgres import PgLayers, PgPlacings
from beaconfire_geo.application.ports import KnownPlacing
from beaconfire_geo.domain.layers import Area
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON, an_example_of
from beaconfire_testkit.grid import at
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="t")


async def test_a_placing_comes_back_and_is_stale_under_a_newer_layer(
    geo: ServiceUnderTest,
) -> None:
    known = KnownPlacing(
        IncidentId(new_id()),
        at(174.7, -36.9),
        an_example_of(IncidentPlaced),
        ended=False,
        owner="centre",
        division="akl",
    )
    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        placings = PgPlacings(tx.connection)
        await placings.save(known, 3)

        assert await placings.get(known.incident_id) == known
        assert await placings.stale(3, 10) == []
        assert await placings.stale(4, 10) == [known.incident_id]
        assert await placings.get(IncidentId(new_id())) is None


async def test_areas_come_back_by_pages_in_the_order_of_paths(geo: ServiceUnderTest) -> None:
    shapes = [
        Area(f"c{n}", "cell", f"akl.c{n}", "格", "Cell", shapely.box(n, 0, n + 1, 1))
        for n in (2, 0, 1)
    ]
    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        layers = PgLayers(tx.connection)
        await layers.stage("grid", 7, shapes)
        await layers.release("grid", 7, areas=3, sha256="a", released_at=NOON)

        first = await layers.page("grid", 7, level="cell", after="", limit=2)
        rest = await layers.page("grid", 7, level="cell", after=first[-1].path, limit=2)
        every = await layers.whole("grid", 7)

    assert [one.code for one in (*first, *rest)] == ["c0", "c1", "c2"]
    assert every == [*first, *rest]
    assert every[0].geometry is not None
    assert every[0].geometry.equals(shapely.box(0, 0, 1, 1))
