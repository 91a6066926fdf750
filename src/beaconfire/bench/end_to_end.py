"""Section `end_to_end`: from a POST to its change on a feed socket, against two bare pipelines."""

import asyncio
import json
import random
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from beaconfire.bench.client import PlainClient
from beaconfire.bench.measure import all_in_turn, percentile
from beaconfire.bench.report import Comparison
from beaconfire_platform.ids import new_id

GATE_P99: Final = 2.5
"""Of the bare pipeline, which inserts one row; what both transactions of a report cost bare is told
beside it and judged by nobody (ADR 0027).
"""
BARE, DURABLE = 0, 1
EVERY_S: Final = 0.05
"""Twenty a second: a big city's worst minute."""
N: Final = 500
"""A round's 99th percentile leaves five delays above it, not one."""
ROUNDS: Final = 7
"""What is compared differs by a third from round to round, by what else the machine does: of three
the median is one of these.
"""
SETTLE_S: Final = 0.5
ARRIVE_S_MAX: Final = 10.0
FEED: Final = Subprotocol("beaconfire.feed.v1")


class NotSeen(Exception):  # noqa: N818  (told to people as it is)
    """An accepted report never came on the feed."""


@dataclass(slots=True)
class Ears:
    """When each id was first heard on a socket."""

    id_of: Callable[[dict[str, Any]], str | None]
    heard: dict[str, float] = field(default_factory=dict)

    async def listen(self, socket: ClientConnection) -> None:
        """Until the socket closes."""
        async for message in socket:
            now = time.perf_counter()
            if isinstance(message, str) and (name := self.id_of(json.loads(message))) is not None:
                self.heard.setdefault(name, now)


@dataclass(frozen=True, slots=True)
class Way:
    """One side: where to post, as whom, and where its feed is heard."""

    port: int
    path: str
    token: str
    feed: str
    body_of: Callable[[str], dict[str, Any]]
    posted_id: Callable[[dict[str, Any]], str]
    heard_id: Callable[[dict[str, Any]], str | None]
    feed_port: int | None = None
    """Where the feed is, if another process tells it."""

    async def post(self, client: PlainClient, name: str) -> str:
        """One report; the id under which the feed will tell it."""
        headers = f"Authorization: Bearer {self.token}\r\nIdempotency-Key: {new_id()}\r\n"
        status, said = await client.post(
            self.path, json.dumps(self.body_of(name)).encode(), headers
        )
        if status != 201:
            raise NotSeen(f"{status} {said[:200].decode(errors='replace')}")
        return self.posted_id(json.loads(said))

    @asynccontextmanager
    async def socket(self) -> AsyncGenerator[ClientConnection]:
        """A socket on the feed, subscribed."""
        protocols: list[Subprotocol] = []
        if self.token:
            client = await PlainClient.connect(self.port)
            _, said = await client.post(
                "/v1/feed/ticket", b"{}", f"Authorization: Bearer {self.token}\r\n"
            )
            await client.close()
            protocols = [FEED, Subprotocol(json.loads(said)["ticket"])]
        address = f"ws://127.0.0.1:{self.feed_port or self.port}{self.feed}"
        origin = Origin(f"http://127.0.0.1:{self.port}")
        async with connect(
            address, origin=origin, subprotocols=protocols or None, proxy=None, max_size=None
        ) as socket:
            if self.token:
                await socket.send('{"t":"subscribe","resume":null}')
            yield socket

    @asynccontextmanager
    async def ears(self) -> AsyncGenerator[Ears]:
        """Who listens on a socket until the end of the block."""
        async with self.socket() as socket:
            ears = Ears(self.heard_id)
            listening = asyncio.create_task(ears.listen(socket))
            await asyncio.sleep(SETTLE_S)
            yield ears
            listening.cancel()


def bare_way(port: int) -> Way:
    """The bare pipeline."""
    return Way(
        port, "/v1/bench", "", "/feed",
        body_of=lambda name: {"id": name, "text": "smoke from the roof"},
        posted_id=lambda said: str(said["id"]),
        heard_id=lambda frame: str(frame["id"]),
    )  # fmt: skip


def our_way(port: int, token: str) -> Way:
    """A node: a report is received, an incident opened; its first change is what counts."""
    drawn = random.Random(port)  # noqa: S311  (places far apart, not a secret)

    def body_of(name: str) -> dict[str, Any]:
        at = {"lon": drawn.uniform(170, 178), "lat": drawn.uniform(-45, -35), "accuracy_m": 20.0}
        return {"channel": "phone", "type": "fire.structure", "text": name, "position": at}

    return Way(
        port, "/v1/reports", token, "/v1/feed",
        body_of=body_of,
        posted_id=lambda said: str(said["incident_id"]),
        heard_id=lambda frame: frame["record"]["id"] if frame["t"] == "change" else None,
    )  # fmt: skip


async def delays_ms(way: Way, n: int) -> list[float]:
    """Milliseconds from sending each of `n` reports, twenty a second, to hearing of it."""
    sent: dict[str, float] = {}
    async with way.ears() as ears:
        clients = [await PlainClient.connect(way.port) for _ in range(8)]
        free: asyncio.Queue[PlainClient] = asyncio.Queue()
        for one in clients:
            free.put_nowait(one)

        async def tell() -> None:
            client = await free.get()
            began = time.perf_counter()
            sent[await way.post(client, str(uuid.uuid4()))] = began
            free.put_nowait(client)

        async with asyncio.TaskGroup() as group:
            for _ in range(n):
                group.create_task(tell())
                await asyncio.sleep(EVERY_S)
        await _all_heard(ears, sent)
        for one in clients:
            await one.close()
    return [(ears.heard[name] - began) * 1e3 for name, began in sent.items()]


async def _all_heard(ears: Ears, sent: dict[str, float]) -> None:
    give_up_at = time.perf_counter() + ARRIVE_S_MAX
    while missing := sent.keys() - ears.heard.keys():
        if time.perf_counter() > give_up_at:
            raise NotSeen(f"{len(missing)} of {len(sent)} reports never came on the feed")
        await asyncio.sleep(EVERY_S)


async def measure(
    bare_port: int,
    durable_port: int,
    our_port: int,
    token: str,
    *,
    n: int = N,
    rounds: int = ROUNDS,
) -> list[Comparison]:
    """The percentiles of each round: ours beside both limits."""
    bare, durable = bare_way(bare_port), bare_way(durable_port)
    return await compare("end_to_end", bare, durable, our_way(our_port, token), n, rounds=rounds)


async def compare(
    section: str, bare: Way, durable: Way, ours: Way, n: int, *, rounds: int = ROUNDS
) -> list[Comparison]:
    """The same of any three ways: a bare pipeline, one that may lose nothing, and ours."""
    ways = bare, durable, ours
    medians: list[list[float]] = [[] for _ in ways]

    def round_of(way: Way, found: list[float]) -> Callable[[], Any]:
        async def run() -> float:
            delays = await delays_ms(way, n)
            found.append(percentile(delays, 0.5))
            return percentile(delays, 0.99)

        return run

    for way in ways:  # caches and statements are warm
        await delays_ms(way, min(n, 20))
    sides = [round_of(way, found) for way, found in zip(ways, medians, strict=True)]
    tails = await all_in_turn(*sides, rounds=rounds)

    def beside(
        limit: int, unit: str, all_: Sequence[Sequence[float]], gate: float | None
    ) -> Comparison:
        return Comparison(
            section, unit, tuple(all_[limit]), tuple(all_[-1]), gate, more_is_better=False, n=n
        )

    return [
        beside(BARE, "ms p50, of one insert", medians, None),
        beside(BARE, "ms p99, of one insert", tails, GATE_P99),
        beside(DURABLE, "ms p50, of both transactions", medians, None),
        beside(DURABLE, "ms p99, of both transactions", tails, None),
    ]
