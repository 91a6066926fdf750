"""Our side of `positions` is the whole of geo: its routes and its loops."""

from beaconfire.bench.our_positions import geo_over
from beaconfire_platform.access.tokens import Minter, new_signing_key
from beaconfire_platform.process.logins import role_of
from beaconfire_testkit.log_harness import as_role


async def test_geo_is_built_with_its_loops_and_consumers(database: str, bench_dsn: str) -> None:
    assert bench_dsn
    key = Minter(new_signing_key()).public_key
    async with geo_over(as_role(database, role_of("geo")), database, key) as service:
        paths = {getattr(one, "path", "") for one in service.router.routes}

        assert {"/v1/positions", "/v1/zones"} <= paths
        assert len(service.loops) >= 4
        assert [one.name for one in service.consumers] == ["geo"]
