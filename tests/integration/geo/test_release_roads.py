"""A road graph becomes an artefact that is fetched by its hash; the same bytes are no release."""

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.geo import RoadsReleased
from beaconfire_geo.adapters.postgres import PgArtefacts, PgLayers
from beaconfire_geo.application.release_roads import ReleaseRoads, keys, release_roads
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="t")


async def release(geo: ServiceUnderTest, blob: bytes) -> int:
    """One release of these bytes."""
    command = ReleaseRoads("main", blob.hex(), blob, nodes=2, arcs=1)
    async with geo.ground.database.transaction(*keys(command), cause=CAUSE) as tx:
        return await release_roads(
            command,
            layers=PgLayers(tx.connection),
            artefacts=PgArtefacts(tx.connection),
            facts=tx,
            now=NOON,
        )


async def test_bytes_are_kept_under_their_hash_and_only_news_is_told(
    geo: ServiceUnderTest,
) -> None:
    first, same, other = [await release(geo, one) for one in (b"one", b"one", b"two")]

    assert first == same < other
    assert [one.sha256 for one in await geo.told(RoadsReleased)] == [b"one".hex(), b"two".hex()]
    async with geo.ground.database.reading() as connection:
        artefacts = PgArtefacts(connection)
        assert await artefacts.get(b"one".hex()) == b"one"
        assert await artefacts.newest("roads", "main") == (b"two".hex(), other)
        assert await artefacts.get("unknown") is None
