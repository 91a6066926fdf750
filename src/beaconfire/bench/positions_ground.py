"""What section `positions` stands on: geo alone over a database of its own, and a whole node."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import httpx

from beaconfire.bench import positions
from beaconfire.bench.centre import centre_token, token_of
from beaconfire.bench.database import bench_cluster
from beaconfire.bench.enrolled import DIVISION, enrol
from beaconfire.bench.fleet import APART_DEG, ROW, SOUTH, UNITS, WEST, Fleet
from beaconfire.bench.one_node import one_node
from beaconfire.bench.report import Comparison
from beaconfire.bench.servers import serving
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import EVERYWHERE
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import Minter, new_signing_key
from beaconfire_platform.clock import wall_now
from beaconfire_platform.embedded.cluster import Cluster, orphan_pid
from beaconfire_platform.process.logins import role_of

ZONES: Final = 10
CORNERS: Final = 200
"""Of each long side of a zone: a coast, not a box."""
HEARD_S_MAX: Final = 120.0
GEO: Final = "beaconfire.bench.our_positions"
BARE: Final = "beaconfire.bench.bare_positions"


class NotHeard(Exception):  # noqa: N818  (told to people as it is)
    """What was told of the bench's units never came where it is needed."""


def sender() -> Subject:
    """A gateway for all units of the place, who declares zones too: there is no map of it."""
    body = BodyId("bench")
    grants = Grant(Role.ADMINISTRATOR, body, DIVISION), Grant(Role.DISPATCHER, body, EVERYWHERE)
    return Subject(id="bench", grants=grants)


async def positions_alone(
    *, units: int = UNITS, seconds: int = positions.ROUND_S
) -> list[Comparison]:
    """Geo in a process of its own: nobody in a zone, then everybody."""
    minter = Minter(new_signing_key())
    token = minter.mint(sender(), now=wall_now())
    fleet = Fleet.of(units)
    with positions.key_file(minter.public_key) as key:
        return await _alone(fleet, token, key, seconds)


async def _alone(fleet: Fleet, token: str, key: str, seconds: int) -> list[Comparison]:
    units = len(fleet.unit_ids)
    async with bench_cluster() as cluster:
        pid = orphan_pid(cluster.folder)
        assert pid is not None  # noqa: S101  (it was started just now)
        ground = positions.Ground(cluster.dsn(), pid)
        geo = cluster.dsn(role_of("geo"))
        bare = positions.Side(BARE, (geo,), "", writes_latest=False)
        ours = positions.Side(GEO, (geo, cluster.dsn(), key), token, writes_latest=True)
        await enrol(cluster.dsn(role_of("dispatch")), fleet.unit_ids)
        async with _serving(ours):
            await homes_known(cluster.dsn(), units)
        nowhere = await positions.measure_alone(ground, fleet, bare, ours, seconds=seconds)
        async with _serving(ours) as port:
            await declare_zones(port, token)
            await all_inside(cluster.dsn(), units)
        inside = await positions.measure_alone(
            ground, fleet, bare, ours, seconds=seconds, name="geo, all units in zones"
        )
    return [*nowhere, *inside]


async def positions_of_node(
    *, units: int = UNITS, seconds: int = positions.NODE_S
) -> list[Comparison]:
    """A whole node that knows the fleet, and a dispatcher's console that sees it all."""
    fleet = Fleet.of(units)
    async with one_node() as running_node:
        folder, port = running_node.folder, running_node.port
        watcher = await centre_token(f"http://127.0.0.1:{port}", folder)
        cluster = Cluster.at(folder)
        await enrol(cluster.dsn(role_of("dispatch")), fleet.unit_ids)
        await homes_known(cluster.dsn(), units)
        sender_token = await token_of("admin", folder)
        node = positions.Node(port, running_node.pid, cluster.dsn(), sender_token, watcher)
        return await positions.measure_node(node, fleet, seconds=seconds)


@asynccontextmanager
async def _serving(side: positions.Side) -> AsyncGenerator[int]:
    async with serving(side.module, *side.arguments) as port:
        yield port


async def homes_known(dsn: str, units: int) -> None:
    """Wait until geo heard of all units."""
    await _until(dsn, "select count(*) >= $1 from geo.unit_home", units)


async def all_inside(dsn: str, units: int) -> None:
    """Wait until all units are known to be in a zone."""
    await _until(dsn, "select count(distinct unit_id) >= $1 from geo.fence_visit", units)


async def _until(dsn: str, asked: str, *arguments: object) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        async with asyncio.timeout(HEARD_S_MAX):
            while not await connection.fetchval(asked, *arguments):  # noqa: ASYNC110  (a table)
                await asyncio.sleep(0.2)
    except TimeoutError as error:
        raise NotHeard(asked) from error
    finally:
        await connection.close()


async def declare_zones(port: int, token: str) -> None:
    """Strips from south to north that hold the whole fleet, on whatever leg."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=20, trust_env=False
    ) as http:
        for number in range(ZONES):
            body = {
                "kind": "flood", "severity": "severe", "name": f"Bench {number}",
                "area": {"type": "Polygon", "coordinates": [strip(number)]},
            }  # fmt: skip
            (await http.post("/v1/zones", json=body)).raise_for_status()


def strip(number: int) -> list[tuple[float, float]]:
    """Two wavering coasts."""
    wide = ROW * APART_DEG / ZONES
    west, east = (WEST - APART_DEG / 2 + at * wide for at in (number, number + 1))
    south, tall = SOUTH - 0.05, UNITS / ROW * APART_DEG + 0.25
    lats = [south + tall * at / (CORNERS - 1) for at in range(CORNERS)]
    wave = [APART_DEG / 10 * (at % 2) for at in range(CORNERS)]
    up = [(east - off, lat) for off, lat in zip(wave, lats, strict=True)]
    down = [(west + off, lat) for off, lat in zip(wave, lats, strict=True)]
    ring = [*up, *reversed(down)]
    return [*((round(lon, 7), round(lat, 7)) for lon, lat in ring), (
        round(ring[0][0], 7), round(ring[0][1], 7)
    )]  # fmt: skip
