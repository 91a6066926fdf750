"""Section `positions`: ten thousand units a second, what they cost a core and how late they are.

Geo alone against bare FastAPI with a bare COPY, then a whole node with a console that draws them.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from beaconfire.bench.client import PlainClient
from beaconfire.bench.drawn import Drawn, NeverDrawn, Sent
from beaconfire.bench.fleet import AT_ONCE_M, Fleet
from beaconfire.bench.gateways import send_all
from beaconfire.bench.measure import in_turn, percentile
from beaconfire.bench.processor import Spent, spent
from beaconfire.bench.report import Comparison
from beaconfire.bench.servers import free_port, running

CORE_PCT_MAX: Final = 15.0
"""What ten thousand units at 1 Hz may cost, of one core."""
DRAWN_MS_MAX: Final = 1_000.0
"""A position is drawn before its unit tells the next one."""
WRITTEN_S_MAX: Final = 3.0
"""Fixes are written once a second; a busy disk may cost a beat and a second."""
LATEST_S_MAX: Final = 30.0
"""The latest positions are written in turn: within five seconds where nobody is in the way."""
ROUND_S: Final = 20
NODE_S: Final = 180
WATCHED_S: Final = 1.0
"""A console is there for so long before the first position is sent."""
FEED: Final = Subprotocol("beaconfire.feed.v1")


class NotWritten(Exception):  # noqa: N818  (told to people as it is)
    """A fix that was taken in is not in the history, or not the latest, or came there late."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side under measurement: how it is run, and the process numbers that cost."""

    module: str
    arguments: tuple[str, ...]
    token: str
    writes_latest: bool


@dataclass(slots=True)
class Costs:
    """Round by round, in percent of one core: the process's own, and its database's."""

    own: list[float] = field(default_factory=list[float])
    database: list[float] = field(default_factory=list[float])


@dataclass(frozen=True, slots=True)
class Ground:
    """Where sides are measured: the database as they reach it and as its owner does."""

    owner_dsn: str
    postmaster_pid: int


async def measure_alone(
    ground: Ground,
    fleet: Fleet,
    bare: Side,
    ours: Side,
    *,
    seconds: int = ROUND_S,
    name: str = "geo",
) -> list[Comparison]:
    """Percent of a core of both sides, in turn."""
    costs = Costs(), Costs()

    def round_of(side: Side, cost: Costs) -> Callable[[], Awaitable[float]]:
        async def run() -> float:
            process, database = await _round(ground, fleet, side, seconds)
            cost.own.append(process)
            cost.database.append(database)
            return process

        return run

    await in_turn(round_of(bare, costs[0]), round_of(ours, costs[1]))
    return _lines(name, *costs, len(fleet.unit_ids) * seconds)


def _lines(name: str, bare: Costs, ours: Costs, n: int) -> list[Comparison]:
    def line(unit: str, limit: list[float], found: list[float], gate: float | None) -> Comparison:
        return Comparison(
            "positions", unit, tuple(limit), tuple(found), gate, more_is_better=False, n=n
        )

    allowed = [CORE_PCT_MAX] * len(ours.own)
    return [
        line(f"% of a core, {name}, as allowed", allowed, ours.own, 1.0),
        line(f"% of a core, {name}, by bare FastAPI and COPY", bare.own, ours.own, None),
        line(f"% of a core, {name}'s PostgreSQL, by a bare COPY", bare.database, ours.database,
             None),
    ]  # fmt: skip


async def _round(ground: Ground, fleet: Fleet, side: Side, seconds: int) -> tuple[float, float]:
    """Percent of a core: the process, and the database."""
    port = free_port()
    async with running(port, "-m", side.module, str(port), *side.arguments) as process:
        await send_all(port, side.token, fleet.setting_out(), Sent.of(fleet, 2), _now)  # warm
        driven = fleet.setting_out()
        before = spent(process.pid), spent(ground.postmaster_pid)
        fixes = await send_all(port, side.token, driven, Sent.of(fleet, seconds), _now)
        after = spent(process.pid), spent(ground.postmaster_pid)
        if side.writes_latest:
            await all_written(ground.owner_dsn, driven, fixes)
    own, database = (one.since(other) for one, other in zip(after, before, strict=True))
    return _pct(own.own_s, seconds), _pct(database.own_s + database.below_s, seconds)


def _pct(spent_s: float, seconds: float) -> float:
    return round(100 * spent_s / seconds, 2)


def _now() -> float:
    return asyncio.get_running_loop().time()


_WRITTEN: Final = """
    select count(*) as fixes,
        extract(epoch from max(received_at - observed_at) filter (where accuracy_m = $3))::float8
            as late_s
    from geo.position_history where unit_id = any($1::uuid[]) and observed_at >= $2
"""
_LATEST: Final = """
    select count(*) from unnest($1::uuid[]) u (unit_id)
    join lateral (select max(observed_at) as observed_at from geo.position_history h
        where h.unit_id = u.unit_id) h on true
    left join geo.latest_position l on l.unit_id = u.unit_id and l.observed_at = h.observed_at
    where l.unit_id is null
"""


async def all_written(dsn: str, fleet: Fleet, fixes: int) -> float:
    """Wait until all is in the database; the seconds that the latest of it took. NotWritten."""
    connection = await asyncpg.connect(dsn)
    give_up_at = _now() + LATEST_S_MAX
    try:
        while True:
            asked = fleet.unit_ids, fleet.began_at, AT_ONCE_M
            found = await connection.fetchrow(_WRITTEN, *asked)
            missing = await connection.fetchval(_LATEST, fleet.unit_ids)
            if found["fixes"] == fixes and not missing:
                break
            if _now() > give_up_at:
                raise NotWritten(f"{fixes - found['fixes']} fixes, {missing} latest positions")
            await asyncio.sleep(0.5)
    finally:
        await connection.close()
    if found["late_s"] > WRITTEN_S_MAX:
        raise NotWritten(f"one fix after {found['late_s']:.1f} s")
    return float(found["late_s"])


@dataclass(frozen=True, slots=True)
class Node:
    """A whole node: where it answers, as whom positions are sent and the picture is seen."""

    port: int
    pid: int
    owner_dsn: str
    sender: str
    watcher: str


async def measure_node(node: Node, fleet: Fleet, *, seconds: int = NODE_S) -> list[Comparison]:
    """Percent of a core of the whole node while a console draws all, and how late that is."""
    async with drawing(node, fleet, 2) as (_, sent):
        await send_all(node.port, node.sender, fleet, sent, _now)
    fleet = fleet.setting_out(WATCHED_S)
    async with drawing(node, fleet, seconds) as (drawn, sent):
        before = spent(node.pid)
        fixes = await send_all(node.port, node.sender, fleet, sent, _now)
        cost = spent(node.pid).since(before)
        await _all_drawn(drawn)
    written_s = await all_written(node.owner_dsn, fleet, fixes)
    return _node_lines(cost, drawn, written_s, fixes, seconds)


def _node_lines(
    cost: Spent, drawn: Drawn, written_s: float, fixes: int, seconds: int
) -> list[Comparison]:
    def line(unit: str, limit: float, found: float, gate: float | None) -> Comparison:
        return Comparison(
            "positions", unit, (limit,), (round(found, 2),), gate, more_is_better=False, n=fixes
        )

    own, below = _pct(cost.own_s, seconds), _pct(cost.below_s, seconds)
    return [
        line("% of a core, the whole node, as allowed", CORE_PCT_MAX, own, None),
        line("% of a core, its PostgreSQL, as allowed", CORE_PCT_MAX, below, None),
        line("ms p99 until drawn, as allowed", DRAWN_MS_MAX, percentile(drawn.late_ms, 0.99), 1.0),
        line("ms at most until drawn, as allowed", DRAWN_MS_MAX, max(drawn.late_ms), 1.0),
        line("s at most until written, as allowed", WRITTEN_S_MAX, written_s, 1.0),
    ]


@asynccontextmanager
async def drawing(node: Node, fleet: Fleet, seconds: int) -> AsyncGenerator[tuple[Drawn, Sent]]:
    """A console that sees all of a fleet, until the end of the block."""
    sent = Sent.of(fleet, seconds)
    drawn = Drawn(fleet, sent)
    async with _feed(node) as socket:
        watching = asyncio.create_task(_watch(socket, drawn))
        await asyncio.sleep(WATCHED_S)
        yield drawn, sent
        if watching.done():
            watching.result()
        watching.cancel()


async def _watch(socket: ClientConnection, drawn: Drawn) -> None:
    async for message in socket:
        if isinstance(message, bytes):
            drawn.draw(message, _now())
            continue
        told: dict[str, Any] = json.loads(message)
        if told["t"] == "units":
            drawn.know(told["handles"])


@asynccontextmanager
async def _feed(node: Node) -> AsyncGenerator[ClientConnection]:
    client = await PlainClient.connect(node.port)
    _, said = await client.post(
        "/v1/feed/ticket", b"{}", f"Authorization: Bearer {node.watcher}\r\n"
    )
    await client.close()
    address = f"127.0.0.1:{node.port}"
    async with connect(
        f"ws://{address}/v1/feed", origin=Origin(f"http://{address}"),
        subprotocols=[FEED, Subprotocol(json.loads(said)["ticket"])], proxy=None, max_size=None,
    ) as socket:  # fmt: skip
        await socket.send('{"t":"subscribe","resume":null}')
        yield socket


async def _all_drawn(drawn: Drawn) -> None:
    give_up_at = _now() + DRAWN_MS_MAX / 1e3
    while drawn.undrawn:
        if _now() > give_up_at:
            raise NeverDrawn(f"{drawn.undrawn} of {len(drawn.fleet.unit_ids)} units")
        await asyncio.sleep(0.05)


@contextmanager
def key_file(public_key: str) -> Generator[str]:
    """The file by which a side knows whose tokens hold."""
    with tempfile.TemporaryDirectory(prefix="beaconfire-bench-key-") as folder:
        path = Path(folder, "public.json")
        path.write_text(public_key)
        yield str(path)
