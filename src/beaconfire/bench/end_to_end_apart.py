"""Section `end_to_end_apart`: POST to feed where services run apart, against two bare processes.

The deployment is given: whoever runs the bench names its gateway and a dispatcher's token
(deploy/run_bench.py starts one).
"""

import os
from dataclasses import replace
from typing import Final

from beaconfire.bench.bare_apart import READER
from beaconfire.bench.brokers import a_topic
from beaconfire.bench.database import SERVICE
from beaconfire.bench.end_to_end import Way, bare_way, compare, our_way
from beaconfire.bench.report import Comparison
from beaconfire.bench.servers import serving

GATE_P99: Final = 2.5
N: Final = 500
PORT: Final = "BEACONFIRE_BENCH_APART_PORT"
TOKEN: Final = "BEACONFIRE_BENCH_APART_TOKEN"  # noqa: S105  (a variable's name)


def given() -> tuple[int, str] | None:
    """The gateway's port and a token; None where nobody named a deployment."""
    port, token = os.environ.get(PORT), os.environ.get(TOKEN)
    return None if not port or not token else (int(port), token)


async def measure(dsn: str, bootstrap: str, at: tuple[int, str], *, n: int = N) -> list[Comparison]:
    """The 50th and 99th percentile of each round, both sides."""
    async with (
        a_topic(bootstrap) as settings,
        serving("beaconfire.bench.bare_apart", READER, bootstrap, settings.topic(SERVICE)) as feed,
        serving("beaconfire.bench.bare_apart", dsn, bootstrap, settings.topic(SERVICE)) as post,
    ):
        bare = _heard_elsewhere(bare_way(post), feed)
        return await compare("end_to_end_apart", bare, our_way(*at), GATE_P99, n)


def _heard_elsewhere(way: Way, port: int) -> Way:
    """The same way with its feed at another process."""
    return replace(way, feed_port=port)
