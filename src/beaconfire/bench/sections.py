"""The sections of the bench by name, each with what has to run for it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from beaconfire.bench import (
    commands,
    consume,
    decision,
    end_to_end,
    end_to_end_apart,
    geo,
    http,
    parked,
    rebuild,
    relay,
)
from beaconfire.bench.brokers import BROKERS, brokers
from beaconfire.bench.centre import centre_token
from beaconfire.bench.database import bench_cluster, bench_database
from beaconfire.bench.one_node import one_node
from beaconfire.bench.positions_ground import positions_alone, positions_of_node
from beaconfire.bench.report import Comparison
from beaconfire.bench.servers import serving


class NoBrokers(Exception):  # noqa: N818  (told to people as it is)
    """A section of the log on Kafka was asked for, and there is no Kafka."""


async def _commands() -> list[Comparison]:
    async with bench_database() as dsn:
        return await commands.measure(dsn)


async def _http() -> list[Comparison]:
    async with bench_database() as dsn:
        return await http.measure(dsn)


async def _parked() -> list[Comparison]:
    async with bench_database() as dsn:
        return await parked.measure(dsn)


async def _parked_kafka() -> list[Comparison]:
    async with bench_database() as dsn:
        return await parked.measure(dsn, _brokers())


async def _rebuild() -> list[Comparison]:
    async with bench_cluster() as cluster:
        return await rebuild.measure(cluster.dsn())


async def _end_to_end() -> list[Comparison]:
    async with (
        bench_database() as dsn,
        serving("beaconfire.bench.bare_pipeline", dsn) as bare_port,
        serving("beaconfire.bench.bare_durable", dsn) as durable_port,
        bench_node() as (our_port, token),
    ):
        return await end_to_end.measure(bare_port, durable_port, our_port, token)


async def _positions() -> list[Comparison]:
    return [*await positions_alone(), *await positions_of_node()]


async def _relay() -> list[Comparison]:
    async with bench_database() as dsn:
        return await relay.measure(dsn, _brokers())


async def _consume() -> list[Comparison]:
    async with bench_database() as dsn:
        return await consume.measure(dsn, _brokers())


async def _end_to_end_apart() -> list[Comparison]:
    at = end_to_end_apart.given()
    if at is None:
        raise NoBrokers(f"{end_to_end_apart.PORT} names no deployment: `make bench` starts one")
    async with bench_database() as dsn:
        return await end_to_end_apart.measure(dsn, _brokers(), at)


def _brokers() -> str:
    found = brokers()
    if found is None:
        raise NoBrokers(f"{BROKERS} names no Kafka: `make bench` starts one")
    return found


SECTIONS: Final[dict[str, Callable[[], Awaitable[list[Comparison]]]]] = {
    "commands": _commands,
    "http": _http,
    "end_to_end": _end_to_end,
    "geo": geo.measure,
    "decision": decision.measure,
    "positions": _positions,
    "parked": _parked,
    "rebuild": _rebuild,
    "relay": _relay,
    "parked_kafka": _parked_kafka,
    "consume": _consume,
    "end_to_end_apart": _end_to_end_apart,
}
ON_KAFKA: Final = frozenset({"relay", "consume", "parked_kafka", "end_to_end_apart"})
"""What is left out where nobody names a Kafka, unless it is asked for."""


@asynccontextmanager
async def bench_node() -> AsyncGenerator[tuple[int, str]]:
    """A whole node with the smallest centre; its port and a token."""
    async with one_node() as node:
        yield node.port, await centre_token(f"http://127.0.0.1:{node.port}", node.folder)
