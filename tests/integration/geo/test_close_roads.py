"""Closing and lifting in their transactions: kept as told, at most so many, found after a start."""

from dataclasses import replace

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.geo import RoadsClosed, RoadsOpened
from beaconfire_geo.adapters.closures import PgClosures
from beaconfire_geo.application import close_roads, open_roads
from beaconfire_geo.domain import closures as domain
from beaconfire_geo.domain.closures import RoadClosure, TooManyClosures
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON, an_example_of
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="t")


def _closure(roads: str = "main") -> RoadClosure:
    told = replace(an_example_of(RoadsClosed), closure_id=new_id(), roads=roads)
    return RoadClosure(told, "akl", arcs=2, note="a tree")


async def _close(geo: ServiceUnderTest, closure: RoadClosure) -> None:
    async with geo.ground.database.transaction(*close_roads.keys(closure), cause=CAUSE) as tx:
        await close_roads.close_roads(closure, closures=PgClosures(tx.connection), facts=tx)


async def _lift(geo: ServiceUnderTest, closure_id: str) -> RoadClosure:
    async with geo.ground.database.transaction(*open_roads.keys(closure_id), cause=CAUSE) as tx:
        return await open_roads.open_roads(
            closure_id, closures=PgClosures(tx.connection), facts=tx, now=NOON
        )


async def test_a_closure_is_kept_as_it_was_told_until_it_is_lifted(geo: ServiceUnderTest) -> None:
    first, other = _closure(), _closure()
    for one in (first, other):
        await _close(geo, one)

    lifted = await _lift(geo, first.told.closure_id)

    assert lifted == replace(first, opened_at=NOON)
    async with geo.ground.database.reading() as connection:
        closures = PgClosures(connection)
        assert await closures.in_force("main") == (other,)
        assert await closures.names("main") == (other.told.closure_id,)
        assert await closures.get(first.told.closure_id) == lifted
    assert await geo.told(RoadsClosed) == [first.told, other.told]
    assert [one.opened_at for one in await geo.told(RoadsOpened)] == [NOON]


async def test_there_is_room_for_so_many_and_lifting_makes_room(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(close_roads, "CLOSURES_MAX", 2)
    assert domain.CLOSURES_MAX >= 100
    first = _closure()
    for one in (first, _closure(), _closure(roads="other")):
        await _close(geo, one)

    with pytest.raises(TooManyClosures):
        await _close(geo, _closure())
    await _lift(geo, first.told.closure_id)
    await _close(geo, _closure())

    assert len(await geo.told(RoadsClosed)) == 4
