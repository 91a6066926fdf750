"""A layer comes into force by one flip; the same map again changes nothing."""

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_geo.adapters.postgres import PgLayers
from beaconfire_geo.adapters.stations import PgStations
from beaconfire_geo.application.release_layer import (
    LayerMovedOn,
    ReleaseLayer,
    keys,
    release_layer,
)
from beaconfire_geo.domain.layers import ReleasedLayer
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="t")


async def release(
    geo: ServiceUnderTest, version: int, sha256: str, based_on: int = 0
) -> ReleasedLayer:
    """One release."""
    command = ReleaseLayer("grid", version, 1, sha256, based_on)
    async with geo.ground.database.transaction(*keys(command), cause=CAUSE) as tx:
        return await release_layer(
            command, layers=PgLayers(tx.connection), stations=PgStations(tx.connection), facts=tx,
            now=NOON,
        )  # fmt: skip


async def test_a_new_map_is_the_newest_and_is_told(geo: ServiceUnderTest) -> None:
    await release(geo, 1, "a")
    second = await release(geo, 2, "b", based_on=1)

    async with geo.ground.database.reading() as connection:
        assert await PgLayers(connection).newest("grid") == second
    assert [one.version for one in await geo.told(LayerReleased)] == [1, 2]


async def test_the_same_map_again_is_the_old_version_and_is_not_told(
    geo: ServiceUnderTest,
) -> None:
    first = await release(geo, 1, "a")

    assert await release(geo, 2, "a") == first
    assert len(await geo.told(LayerReleased)) == 1


async def test_a_map_read_against_an_older_version_is_not_released(geo: ServiceUnderTest) -> None:
    await release(geo, 1, "a")

    with pytest.raises(LayerMovedOn):
        await release(geo, 2, "b")

    assert [one.version for one in await geo.told(LayerReleased)] == [1]
