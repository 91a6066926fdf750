"""Section `parked`: how long others' facts wait while one in a hundred crashes its reaction.

Both sides are the same consumer of the table with the same facts at the same pace; in one of
them nothing is poisoned. A fact is done when the position is past it: its effect is committed,
or its key is parked.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import structlog

from beaconfire.bench.database import SERVICE
from beaconfire.bench.measure import ROUNDS, percentile
from beaconfire.bench.report import Comparison
from beaconfire.bench.told import tell
from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts.incident import IncidentHandled
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import ATTEMPTS_MAX, GATHER_S, Consumer
from beaconfire_platform.log.ledger import BEHIND
from beaconfire_platform.log.postgres import SHARD, PostgresLog
from beaconfire_platform.log.reaction import Reaction
from beaconfire_platform.telemetry import configure_logging

GATE: Final = 1.1
"""A consumer that gathers, as all but the picture's: within a tenth of the same without poison."""
GATE_AT_ONCE: Final = 2.0
"""One that gathers nothing is done within some 5 ms, and three runs of the very same differ by a
quarter: a tenth cannot be told apart from that. It was 5 while pauses held up the others.
"""
GATE_PARKED: Final = 5.0
"""A fact that crashes is tried three times and written down: four transactions instead of one."""
N: Final = 1_000
EVERY_S: Final = 0.01
"""A hundred facts a second: a few in each batch that gathers, one in most that do not."""
ILL_EVERY: Final = 100
"""One fact in so many crashes its reaction, each of a key of its own: the dearest way."""
BEHIND_BY: Final = 20
"""So many facts later the same key is told again, which must wait behind the first."""
WARM: Final = 50
LOOK_S: Final = 0.001
DONE_S_MAX: Final = 30.0
_ROW: Final = "select row from log.fact where source = $1 and key = $2 order by row desc limit 1"
_EFFECT: Final = "insert into bench_state (id, version) values ($1, $2)"
_EFFECTS: Final = "select count(*) from bench_state"
_PARKED: Final = "select key, version, error, attempts from parked where consumer = $1"


class NotAsPromised(Exception):  # noqa: N818  (told to people as it is)
    """An effect is missing or came twice, or something else was parked than what was poisoned."""


@dataclass(slots=True)
class Waiting:
    """One fact: when it was told, where, whose, and how long it took to be done."""

    told_at: float
    row: int
    key: str
    took_ms: float = 0.0


@dataclass(slots=True)
class Side:
    """One run: the keys that are ill, whether their facts crash, and how long each fact took."""

    is_poisoned: bool
    ill: list[str] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    done: list[Waiting] = field(default_factory=list)

    async def effect(self, told: Envelope[Any], tx: Tx) -> None:
        """One row a fact, whose id keeps a second one out."""
        if self.is_poisoned and told.key in self.ill:
            self.tries[told.key] += 1
            raise RuntimeError("planted")
        await tx.connection.execute(_EFFECT, told.id, told.key_version)

    def next_key(self, number: int) -> str:
        """Whose the fact of this number is."""
        place = number % ILL_EVERY
        if place == 0:
            self.ill.append(new_id())
        return self.ill[-1] if place in (0, BEHIND_BY) else new_id()

    def others_ms(self) -> list[float]:
        """How long the facts of all but the ill keys took, once it runs smoothly."""
        return [one.took_ms for one in self.done[WARM:] if one.key not in self.ill]

    def ill_ms(self) -> list[float]:
        """How long the first fact of each ill key took: until it was parked, where it crashes."""
        first = {one.key: one.took_ms for one in reversed(self.done)}
        return [first[key] for key in self.ill]


async def measure(
    dsn: str, *, n: int = N, every_s: float = EVERY_S, rounds: int = ROUNDS
) -> list[Comparison]:
    """Others' p99 with and without poison, and how long a fact takes to be parked."""
    database = await Database.connect(SERVICE, dsn, bell=Doorbell())
    try:
        with lines_to_nowhere():
            return [
                one
                for gather_s in (GATHER_S, 0.0)
                for one in await _compared(database, gather_s, n, every_s, rounds)
            ]
    finally:
        await database.close()


async def _compared(
    database: Database, gather_s: float, n: int, every_s: float, rounds: int
) -> list[Comparison]:
    sound: list[Side] = []
    poisoned: list[Side] = []
    for _ in range(rounds):
        sound.append(await one_side(database, Side(is_poisoned=False), gather_s, n, every_s))
        poisoned.append(await one_side(database, Side(is_poisoned=True), gather_s, n, every_s))

    def compare(unit: str, of: Any, gate: float | None) -> Comparison:
        limit, ours = (tuple(of(one) for one in some) for some in (sound, poisoned))
        return Comparison("parked", unit, limit, ours, gate, more_is_better=False, n=n)

    how, gate = ("gathering", GATE) if gather_s else ("at once", GATE_AT_ONCE)
    return [
        compare(f"ms p99 others, {how}", lambda one: percentile(one.others_ms(), 0.99), gate),
        compare(f"ms told to parked, {how}", lambda one: max(one.ill_ms()), GATE_PARKED),
    ]


async def one_side(database: Database, side: Side, gather_s: float, n: int, every_s: float) -> Side:
    """Tell `n` facts at a pace and wait until all are done; NotAsPromised unless they are so."""
    async with _consuming(database, side, gather_s) as consumer:
        before = await database.pool.fetchval(_EFFECTS)
        waiting: deque[Waiting] = deque()
        telling = asyncio.create_task(_tell(database, side, waiting, n, every_s))
        async with asyncio.timeout(n * every_s + DONE_S_MAX):
            while len(side.done) < n:
                at = consumer.health.positions.get(SHARD)
                while at is not None and waiting and waiting[0].row <= at.row:
                    one = waiting.popleft()
                    one.took_ms = (time.perf_counter() - one.told_at) * 1e3
                    side.done.append(one)
                await asyncio.sleep(LOOK_S)
        await telling
        effects = await database.pool.fetchval(_EFFECTS) - before
        parked = await database.pool.fetch(_PARKED, consumer.name)
    require_promised(side, effects, [tuple(one) for one in parked])
    return side


def require_promised(side: Side, effects: int, parked: list[tuple[str, int, str, int]]) -> None:
    """NotAsPromised unless each other fact took effect and the ill keys are parked in order."""
    ill = side.ill if side.is_poisoned else []
    wanted = {(key, 1, "RuntimeError", ATTEMPTS_MAX) for key in ill}
    behind = Counter(one.key for one in side.done)
    wanted |= {(key, 2, BEHIND, 0) for key in ill if behind[key] > 1}
    if set(parked) != wanted or len(parked) != len(wanted):
        raise NotAsPromised(f"parked {sorted(parked)}, not {sorted(wanted)}")
    if effects != len(side.done) - len(wanted):
        raise NotAsPromised(f"{effects} effects of {len(side.done) - len(wanted)}")


@asynccontextmanager
async def _consuming(database: Database, side: Side, gather_s: float) -> AsyncGenerator[Consumer]:
    """A consumer of a new name that stands at the end of the log."""
    is_new = False

    async def effect(told: Envelope[Any], tx: Tx) -> None:
        if is_new:
            await side.effect(told, tx)

    consumer = Consumer(
        f"bench-{new_id()}",
        log=PostgresLog(database.pool, database.bell),
        database=database,
        sources=frozenset({SERVICE}),
        reactions={IncidentHandled: Reaction(effect)},
        gather_s=gather_s,
    )
    while await consumer.step():
        pass
    is_new = True
    running = asyncio.create_task(consumer.run())
    try:
        yield consumer
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _tell(
    database: Database, side: Side, waiting: deque[Waiting], n: int, every_s: float
) -> None:
    began = time.perf_counter()
    for number in range(n):
        key = side.next_key(number)
        await tell(database, [key])
        told_at = time.perf_counter()
        waiting.append(Waiting(told_at, await database.pool.fetchval(_ROW, SERVICE, key), key))
        await asyncio.sleep(max(0.0, began + (number + 1) * every_s - time.perf_counter()))


@contextmanager
def lines_to_nowhere() -> Generator[None]:
    """What a consumer says of a parked fact is rendered as in a service, and read by nobody."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers = root.handlers
    with Path(os.devnull).open("w") as nowhere:
        with contextlib.redirect_stderr(nowhere):
            configure_logging(as_json=True)
        try:
            yield
        finally:
            structlog.configure(**before)
            root.handlers = handlers
