"""Section `recovery`: from the kill of a part to the next delivery, and what is lost.

Reports go on meanwhile, twenty a second; the next delivery is the first change on the feed by a
report that was told after the kill. Beside it stands how long the same takes with nothing of ours:
a bare process of FastAPI and aiokafka until it listens again, the server itself until it answers.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
from websockets.exceptions import WebSocketException

from beaconfire.bench.bare_apart import READER
from beaconfire.bench.end_to_end import Way
from beaconfire.bench.report import Comparison
from beaconfire.bench.servers import end, free_port, listening
from chaos.count import Books, Effect
from chaos.load import Ledger, Load
from compose.deployment import Deployment
from compose.places import LOOPBACK

SERVICES: Final = ("agency", "geo", "dispatch", "incident", "situation")
POSTGRES: Final = "postgres"
SERVERS: Final = ("gateway", POSTGRES, "kafka")
ROUNDS: Final = 3
GATE: Final = 4.0
"""Ours reads its settings, looks at its database and claims its places before it goes on."""
UNGATED: Final = "gateway"
"""It is back within milliseconds: what is measured is how long callers wait to try again."""
AGAIN_S: Final = 0.05
BACK_S_MAX: Final = 90.0
QUIET_S: Final = 3.0
INSIDE: Final = {"gateway": None, "kafka": 9092}
_TROUBLE: Final = (OSError, EOFError, WebSocketException, ValueError, KeyError)


class NotBack(Exception):  # noqa: N818  (told to people as it is)
    """Something was lost, came twice, or never came back."""


class Heard:
    """When each report was first in a change of the feed, over as many sockets as it takes."""

    def __init__(self) -> None:
        """Nothing was heard."""
        self.at: dict[str, float] = {}

    async def listen_forever(self, way: Way) -> None:
        """Connect again whenever the socket ends."""
        while True:
            with contextlib.suppress(*_TROUBLE):
                async with way.socket() as socket:
                    async for message in socket:
                        if isinstance(message, str):
                            self.take(json.loads(message), time.perf_counter())
            await asyncio.sleep(AGAIN_S)

    def take(self, frame: dict[str, Any], now: float) -> None:
        """The reports that an incident's change names."""
        record = frame["record"] if frame["t"] == "change" else None
        if record is None or (record["kind"], record["source"]) != ("incident", "incident"):
            return
        for report_id in record["data"].get("report_ids", ()):
            self.at.setdefault(report_id, now)

    async def next_after(self, load: Load, began: int) -> float:
        """When the first report after the first so many was heard; NotBack when none ever is."""
        give_up_at = time.perf_counter() + BACK_S_MAX
        while time.perf_counter() < give_up_at:
            heard = [
                self.at[one.report_id]
                for one in load.reports[began:]
                if one.report_id is not None and one.report_id in self.at
            ]
            if heard:
                return min(heard)
            await asyncio.sleep(0.01)
        raise NotBack("no report came on the feed any more")


async def measure(
    deployment: Deployment, way: Way, books: Books, folder: Path, *, rounds: int = ROUNDS
) -> list[Comparison]:
    """Milliseconds for each part; NotBack when anything acknowledged was lost or came twice."""
    heard, ended = Heard(), asyncio.Event()
    limits: dict[str, list[float]] = {one: [] for one in (*SERVICES, *SERVERS)}
    ours: dict[str, list[float]] = {one: [] for one in (*SERVICES, *SERVERS)}
    with Ledger(folder / "recovery") as ledger:
        load = Load(deployment.origin, way.token, ledger, seed=1)
        async with background(heard.listen_forever(way)), background(load.tell_until(ended)):
            await heard.next_after(load, 0)
            for _ in range(rounds):
                bare = await bare_return_ms(deployment)
                for part in (*SERVICES, *SERVERS):
                    answered, delivered = await _once(deployment, part, heard, load)
                    limits[part].append(bare if part in SERVICES else answered)
                    ours[part].append(delivered)
            ended.set()
            await asyncio.sleep(QUIET_S)
        require_once(*await books.effects(), load)
    return [
        Comparison(
            f"recovery/{part}", "ms", tuple(limits[part]), tuple(ours[part]),
            None if part == UNGATED else GATE, more_is_better=False, n=1,
        )
        for part in (*SERVICES, *SERVERS)
    ]  # fmt: skip


def require_once(effects: Mapping[str, Effect], counted: Mapping[str, int], load: Load) -> None:
    """NotBack unless everything acknowledged took effect, and nothing took it twice."""
    lost = [one.key for one in load.acked if one.key not in effects]
    twice = [key for key, number in counted.items() if number > 1]
    if lost or twice:
        raise NotBack(f"{len(lost)} of {len(load.acked)} lost, {len(twice)} not once")


async def _once(deployment: Deployment, part: str, heard: Heard, load: Load) -> tuple[float, float]:
    """Kill a part; milliseconds until it answers by itself, and until the next delivery."""
    one = deployment.instance(part)
    before = one.pid
    began, number = time.perf_counter(), len(load.reports)
    await one.kill()
    answering = asyncio.create_task(_answers(deployment, part))
    delivered = await heard.next_after(load, number)
    answered = await answering
    async with asyncio.timeout(BACK_S_MAX):
        while one.pid in (None, before) or one.health != "healthy":  # noqa: ASYNC110  (no event)
            await asyncio.sleep(0.1)
    await asyncio.sleep(QUIET_S)
    return (answered - began) * 1e3, (delivered - began) * 1e3


async def _answers(deployment: Deployment, part: str) -> float:
    """When a server lets somebody in; of a service nobody asks."""
    async with asyncio.timeout(BACK_S_MAX):
        while part in SERVERS:
            with contextlib.suppress(OSError, asyncpg.PostgresError, TimeoutError):
                await _come_in(deployment, part)
                break
            await asyncio.sleep(0.01)
    return time.perf_counter()


async def _come_in(deployment: Deployment, part: str) -> None:
    if part == POSTGRES:
        url = deployment.instance("incident").environment()["BEACONFIRE_DATABASE_URL"]
        await (await asyncpg.connect(url, timeout=2)).close()
        return
    _, writer = await asyncio.open_connection(LOOPBACK, deployment.port(part, INSIDE[part]))
    writer.close()


async def bare_return_ms(deployment: Deployment) -> float:
    """From the kill of a bare process of the same libraries until it listens again."""
    environment = deployment.instance("incident").environment()
    servers = (
        environment["BEACONFIRE_DATABASE_URL"], environment["BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS"]
    )  # fmt: skip
    port = free_port()
    words = ("-m", "beaconfire.bench.bare_apart", str(port), READER, *servers, "bench.none.v1")
    first = await _launched(port, *words)
    began = time.perf_counter()
    first.kill()
    await first.wait()
    again = await _launched(port, *words)
    took = time.perf_counter() - began
    await end(again)
    return took * 1e3


async def _launched(port: int, *words: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
    )
    await listening(port, process)
    return process


@asynccontextmanager
async def background(running: Any) -> AsyncGenerator[None]:
    """Let it run beside the block; it is cancelled at the end, and its error is ours."""
    task = asyncio.create_task(running)
    try:
        yield
    finally:
        if task.done():
            task.result()
        task.cancel()
        await asyncio.wait({task})
