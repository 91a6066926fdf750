"""Lifting a closure: once, and only what is there."""

from dataclasses import replace

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.geo import RoadsClosed, RoadsOpened
from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.adapters.closures import PgClosures
from beaconfire_geo.application import close_roads, open_roads
from beaconfire_geo.domain.closures import ClosureLifted, RoadClosure
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON, an_example_of
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="t")


async def _close(geo: ServiceUnderTest, closure: RoadClosure) -> None:
    async with geo.ground.database.transaction(*close_roads.keys(closure), cause=CAUSE) as tx:
        await close_roads.close_roads(closure, closures=PgClosures(tx.connection), facts=tx)


async def _lift(geo: ServiceUnderTest, closure_id: str) -> RoadClosure:
    async with geo.ground.database.transaction(*open_roads.keys(closure_id), cause=CAUSE) as tx:
        return await open_roads.open_roads(
            closure_id, closures=PgClosures(tx.connection), facts=tx, now=NOON
        )


async def test_what_is_lifted_or_unknown_is_not_lifted(geo: ServiceUnderTest) -> None:
    told = replace(an_example_of(RoadsClosed), closure_id=new_id())
    await _close(geo, RoadClosure(told, "akl", arcs=2))
    await _lift(geo, told.closure_id)

    with pytest.raises(ClosureLifted):
        await _lift(geo, told.closure_id)
    with pytest.raises(NotFound):
        await _lift(geo, new_id())
    assert len(await geo.told(RoadsOpened)) == 1
