"""Section `end_to_end_apart`: POST to feed where services run apart, against bare ones.

The deployment is given: whoever runs the bench names its gateway and a dispatcher's token
(deploy/run_bench.py starts one).
"""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from beaconfire.bench.bare_apart import DURABLE_READER, DURABLE_WRITER, READER, WRITER
from beaconfire.bench.brokers import a_topic
from beaconfire.bench.database import SERVICE
from beaconfire.bench.end_to_end import Way, bare_way, compare, our_way
from beaconfire.bench.report import Comparison
from beaconfire.bench.servers import serving

N: Final = 500
PORT: Final = "BEACONFIRE_BENCH_APART_PORT"
TOKEN: Final = "BEACONFIRE_BENCH_APART_TOKEN"  # noqa: S105  (a variable's name)


def given() -> tuple[int, str] | None:
    """The gateway's port and a token; None where nobody named a deployment."""
    port, token = os.environ.get(PORT), os.environ.get(TOKEN)
    return None if not port or not token else (int(port), token)


async def measure(dsn: str, bootstrap: str, at: tuple[int, str], *, n: int = N) -> list[Comparison]:
    """The percentiles of each round: ours beside both limits."""
    async with (
        bare_apart_way(dsn, bootstrap, WRITER, READER) as bare,
        bare_apart_way(dsn, bootstrap, DURABLE_WRITER, DURABLE_READER) as durable,
    ):
        return await compare("end_to_end_apart", bare, durable, our_way(*at), n)


@asynccontextmanager
async def bare_apart_way(dsn: str, bootstrap: str, writer: str, reader: str) -> AsyncGenerator[Way]:
    """Two bare processes with a topic of their own between them."""
    module = "beaconfire.bench.bare_apart"
    async with a_topic(bootstrap) as settings:
        topic = settings.topic(SERVICE)
        async with (
            serving(module, reader, dsn, bootstrap, topic) as feed,
            serving(module, writer, dsn, bootstrap, topic) as post,
        ):
            yield replace(bare_way(post), feed_port=feed)
