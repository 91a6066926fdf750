"""Two instances of every service on its one database, under load: who writes the picture dies, and

both feeds go on without a gap; partitions are dealt anew when an instance dies and when it is back.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest
from tests.integration.deploy.conftest import SERVICES, Whole, running_whole, until
from tests.integration.deploy.console import Console
from tests.integration.deploy.under_load import SOME, asked, comes, more, reports, require_once

from beaconfire.commands.log_status import SOURCES_OF
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_testkit.node import PATIENCE_S
from compose.instance import Instance

pytestmark = pytest.mark.slow

WRITING: Final = "consumer/situation"
"""The lease of who folds facts into the picture."""


@pytest.fixture(scope="module")
async def scaled() -> AsyncGenerator[Whole]:
    """docker-compose.yml with two of each service."""
    async with running_whole(scale=dict.fromkeys(SERVICES, 2)) as running:
        yield running


async def leading(whole: Whole, service: str, lease: str) -> Instance | None:
    """Which instance of a service has a lease now; None while nobody has."""
    found = await asked(
        whole.dsn(service),
        f"select holder from {service}.lease where name = '{lease}' and until > clock_timestamp()",
    )
    for one in whole.deployment.instances[service]:
        if found and one.pid is not None and found[0]["holder"].endswith(f"-{one.pid}"):
            return one
    return None


async def shares(whole: Whole, service: str) -> list[frozenset[str]]:
    """Which partitions each instance that answers reads, as its `/readyz` says."""
    found: list[frozenset[str]] = []
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        for one in whole.deployment.instances[service]:
            port = whole.deployment.port(service, 8080, one.index)
            try:
                answer = await http.get(f"http://127.0.0.1:{port}/readyz")
            except httpx.TransportError:
                continue
            at = answer.json()["consumers"]["positions"][service]["at"]
            found.append(frozenset(at))
    return found


def partitions_of(service: str) -> int:
    """How many there are for all instances together."""
    return PARTITIONS * len(SOURCES_OF[service])


async def is_dealt(whole: Whole, service: str) -> bool:
    """Whether each partition has one reader, and each instance its half."""
    dealt = await shares(whole, service)
    half = partitions_of(service) // 2
    return [len(one) for one in dealt] == [half, half] and not dealt[0] & dealt[1]


async def has_one_reader(whole: Whole, service: str, instances: int) -> bool:
    """Whether so many instances answer, of which one reads everything."""
    sizes = sorted(len(one) for one in await shares(whole, service))
    return sizes == [0] * (instances - 1) + [partitions_of(service)]


@asynccontextmanager
async def consoles(whole: Whole, number: int) -> AsyncGenerator[list[Console]]:
    """A dispatcher's; they listen no more at the end."""
    made = [Console(whole.deployment.origin, whole.dispatcher) for _ in range(number)]
    try:
        yield made
    finally:
        for one in made:
            await one.close()


async def test_the_feeds_of_both_go_on_without_a_gap_when_who_writes_the_picture_dies(
    scaled: Whole, tmp_path: Path
) -> None:
    writer = await leading(scaled, "situation", WRITING)
    assert writer is not None
    [other] = [one for one in scaled.deployment.instances["situation"] if one is not writer]
    at = {one: scaled.deployment.port("situation", 8080, one.index) for one in (writer, other)}
    async with consoles(scaled, 3) as (moves, stays, late):
        moves.join(at[writer])
        stays.join(at[other])
        async with reports(scaled, tmp_path, seed=1) as load:
            await asyncio.gather(moves.hears_more(SOME), stays.hears_more(SOME))

            await writer.kill(comes_back=False)
            await moves.left()
            moves.join(at[other])
            await asyncio.gather(moves.hears_more(SOME), stays.hears_more(SOME))
            now_writes = await leading(scaled, "situation", WRITING)

            await writer.start()
            await until(lambda: writer.health == "healthy", 120)
            late.join(at[writer])
            await asyncio.gather(late.hears_more(SOME), stays.hears_more(SOME))
        await require_once(scaled, load)
        last = await last_change(scaled)
        await asyncio.gather(*(one.has(last) for one in (moves, stays, late)))

    told = {one.report_id for one in load.acked}
    assert now_writes is other
    for one in (moves, stays, late):
        assert one.flaws == []
        assert told - one.reports == set()
        assert one.live(stays, last) == stays.live(one, last) != []


async def last_change(whole: Whole) -> int:
    """The number of the picture's last change; the numbers are without a gap."""
    [journal] = await asked(
        whole.dsn("situation"),
        "select count(*) as changes, max(pos) as last from situation.journal",
    )
    assert journal["changes"] == journal["last"]
    return int(journal["last"])


async def test_partitions_are_dealt_anew_when_an_instance_dies_and_when_it_is_back(
    scaled: Whole, tmp_path: Path
) -> None:
    """Geo's are dealt; agency's are read by one for all, and the other takes them all over."""
    await comes(lambda: is_dealt(scaled, "geo"))
    await comes(lambda: has_one_reader(scaled, "agency", 2))
    reads = await leading(scaled, "agency", "consumer/agency")
    assert reads is not None
    dying = (scaled.deployment.instance("geo"), reads)
    async with reports(scaled, tmp_path, seed=2) as load:
        await more(load)
        await asyncio.gather(*(one.kill(comes_back=False) for one in dying))
        await comes(lambda: has_one_reader(scaled, "geo", 1))
        await comes(lambda: has_one_reader(scaled, "agency", 1))
        took_over = await leading(scaled, "agency", "consumer/agency")
        await more(load)

        await asyncio.gather(*(one.start() for one in dying))
        await until(lambda: all(one.health == "healthy" for one in dying), 120)
        await comes(lambda: is_dealt(scaled, "geo"))
        await comes(lambda: has_one_reader(scaled, "agency", 2))
        await more(load)

    assert took_over not in (None, reads)
    await require_once(scaled, load)
