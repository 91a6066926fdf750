"""Section `http`: `POST /v1/incidents/{id}/notes` against bare FastAPI with its statements."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from beaconfire.bench.client import PlainClient
from beaconfire.bench.command_edge import BENCH
from beaconfire.bench.measure import in_turn, per_second
from beaconfire.bench.opened import open_incidents
from beaconfire.bench.report import Comparison
from beaconfire.bench.servers import serving
from beaconfire_platform.access.tokens import Minter, new_signing_key
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id

GATE: Final = 0.75
N: Final = 2_000
CLIENTS: Final = 8
ROUNDS: Final = 9
"""One lasts some three seconds, in which the machine's own speed differs by a quarter."""
CREATED: Final = 201
BODY: Final = b'{"text":"smoke from the roof"}'


class NotAnswered(Exception):  # noqa: N818  (told to people as it is)
    """A request of the bench was refused: its figures would be worth nothing."""


async def measure(dsn: str, *, n: int = N) -> list[Comparison]:
    """Requests a second of eight clients, each on an incident of its own."""
    key = new_signing_key()
    minter = Minter(key)
    token = minter.mint(BENCH, now=wall_now())
    incidents = await open_incidents(dsn, CLIENTS)
    with tempfile.TemporaryDirectory(prefix="beaconfire-bench-key-") as folder:
        public = Path(folder) / "public.json"
        public.write_text(minter.public_key)
        async with (
            serving("beaconfire.bench.bare_http", dsn) as bare_port,
            serving("beaconfire.bench.our_http", dsn, str(public)) as our_port,
        ):
            limits, figures = await in_turn(
                lambda: _rate(bare_port, "", incidents, n),
                lambda: _rate(our_port, token, incidents, n),
                rounds=ROUNDS,
            )
    return [Comparison("http", "requests/s", limits, figures, GATE, more_is_better=True, n=n)]


async def _rate(port: int, token: str, incidents: Sequence[str], n: int) -> float:
    clients = [await PlainClient.connect(port) for _ in incidents]

    async def act(worker: int) -> None:
        headers = f"Authorization: Bearer {token}\r\nIdempotency-Key: {new_id()}\r\n"
        status, said = await clients[worker].post(
            f"/v1/incidents/{incidents[worker]}/notes", BODY, headers
        )
        if status != CREATED:
            raise NotAnswered(f"{status} {said[:200].decode(errors='replace')}")

    await per_second(act, n=4 * CLIENTS, workers=CLIENTS)  # connections and statements are warm
    rate = await per_second(act, n=n, workers=CLIENTS)
    for one in clients:
        await one.close()
    return rate
