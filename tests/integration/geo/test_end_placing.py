"""What has ended stays where it was placed; what is open again is placed anew."""

from dataclasses import replace

import httpx

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentClosed, IncidentReopened
from beaconfire_geo.adapters.postgres import PgLayers, PgPlacings
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.grid import EAST, WEST, at, grid, opened
from beaconfire_testkit.service import ServiceUnderTest


async def stale(geo: ServiceUnderTest) -> list[str]:
    """Which incidents an older layer placed and the newest has still to place."""
    async with geo.ground.database.reading() as connection:
        return list(await PgPlacings(connection).stale(1_000, 10))


async def test_a_closed_incident_is_not_placed_anew_and_a_reopened_one_is(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    one = opened(at(174.705, -36.895))
    await geo.tell(one, replace(an_example_of(IncidentClosed), incident_id=one.incident_id))
    await geo.catch_up()
    assert await stale(geo) == []

    await geo.tell(replace(an_example_of(IncidentReopened), incident_id=one.incident_id))
    await geo.catch_up()

    assert await stale(geo) == [one.incident_id]
    assert len(await geo.told(IncidentPlaced)) == 1


async def test_what_is_reopened_is_placed_by_the_layer_that_came_while_it_was_closed(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))
    one = opened(at(174.705, -36.895))
    await geo.tell(one)
    await geo.catch_up()
    await geo.tell(replace(an_example_of(IncidentClosed), incident_id=one.incident_id))
    await geo.catch_up()
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))

    await geo.tell(replace(an_example_of(IncidentReopened), incident_id=one.incident_id))
    await geo.catch_up()

    async with geo.ground.database.reading() as connection:
        head = await PgLayers(connection).newest("grid")
        assert head is not None
        found = await PgPlacings(connection).stale(head.version, 10)
    assert found == [one.incident_id]


async def test_an_ending_heard_before_the_opening_is_kept(geo: ServiceUnderTest) -> None:
    one = opened(at(174.705, -36.895))
    closed = replace(an_example_of(IncidentClosed), incident_id=one.incident_id)
    await geo.tell(one)
    await geo.tell(closed)

    await geo.catch_up()

    assert await stale(geo) == []
