"""Section `parked`: how long others' facts wait while now and then one crashes its reaction.

Both sides are the same consumer of the same log with the same facts at the same pace; in one of
them nothing is poisoned. They take turns, and which is first alternates: what else the machine
does meets both alike. A fact is done when its effect is committed, or its key is parked.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import structlog

from beaconfire.bench.brokers import a_topic
from beaconfire.bench.database import SERVICE
from beaconfire.bench.measure import percentile
from beaconfire.bench.report import Comparison
from beaconfire.bench.told import tell
from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts.incident import IncidentHandled
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import ATTEMPTS_MAX, GATHER_S, Consumer
from beaconfire_platform.log.kafka.log import KafkaLog
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.relay import Relay
from beaconfire_platform.log.ledger import BEHIND
from beaconfire_platform.log.port import FactLog
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_platform.log.reaction import Reaction
from beaconfire_platform.telemetry import configure_logging

GATE: Final = 1.1
"""Others' p99 beside the poisoned keys: within a tenth of the same without."""
GATE_PARKED: Final = 5.0
"""A fact that crashes is tried three times and written down: four transactions instead of one."""
N: Final = 1_000
EVERY_S: Final = 0.01
"""A hundred facts a second: a few in each batch that gathers, one in most that do not."""
ROUNDS: Final[dict[float, int]] = {GATHER_S: 3, 0.0: 9}
"""What gathers waits for a clock; what does not is done in 5 ms, and the very same differs by a
quarter from run to run: its median needs more of them.
"""
N_WARM: Final = 300
"""Facts of a run of each side that nobody counts: which came first met a broker not yet compiled.
"""
ILL_EVERY: Final = 100
"""One fact in so many crashes its reaction, each of a key of its own: the dearest way.

Where nothing gathers the 99th percentile is then about the fact that comes next, `EVERY_S` later:
it waits only where three tries and the row take longer than that.
"""
BEHIND_BY: Final = 20
"""So many facts later the same key is told again, which must wait behind the first."""
WARM: Final = 50
LOOK_S: Final = 0.001
DONE_S_MAX: Final = 30.0
_EFFECT: Final = "insert into bench_state (id, version) values ($1, $2)"
_EFFECTS: Final = "select count(*) from bench_state"
_FACTS: Final = "select count(*) from log.fact where source = $1"
_PARKED: Final = """
    select key, version, error, attempts, extract(epoch from parked_at)::float8 as at
    from parked where consumer = $1
"""
Parked = tuple[str, int, str, int]
"""Key, version, error and attempts of a fact that is parked."""


class NotAsPromised(Exception):  # noqa: N818  (told to people as it is)
    """An effect is missing or came twice, or something else was parked than what was poisoned."""


@dataclass(slots=True)
class Waiting:
    """One fact: whose, when it was told, how long it took to be done, and by which transaction."""

    key: str
    told_at: float = 0.0
    """By the clock of the wall, as the database says when it parked something."""
    took_ms: float = 0.0
    tx: Tx | None = None


@dataclass(slots=True)
class Side:
    """One run: the keys that are ill, whether their facts crash, and how long each fact took."""

    is_poisoned: bool
    ill: list[str] = field(default_factory=list)
    facts: dict[tuple[str, int], Waiting] = field(default_factory=dict)
    """By key and version, in the order in which they are told."""
    open: list[Waiting] = field(default_factory=list)
    """Those whose effect is not known to be committed."""

    async def effect(self, told: Envelope[Any], tx: Tx) -> None:
        """One row a fact, whose id keeps a second one out."""
        if self.is_poisoned and told.key in self.ill:
            raise RuntimeError("planted")
        await tx.connection.execute(_EFFECT, told.id, told.key_version)
        self.facts[(told.key, told.key_version)].tx = tx

    def next(self) -> Waiting:
        """The next fact to be told."""
        place = len(self.facts) % ILL_EVERY
        if place == 0:
            self.ill.append(new_id())
        key = self.ill[-1] if place in (0, BEHIND_BY) else new_id()
        one = Waiting(key)
        self.facts[(key, 2 if place == BEHIND_BY else 1)] = one
        self.open.append(one)
        return one

    def look(self) -> None:
        """Who is done by now."""
        now, left = time.time(), list[Waiting]()
        for one in self.open:
            if one.told_at and one.tx is not None and one.tx.is_committed:
                one.took_ms = (now - one.told_at) * 1e3
            else:
                left.append(one)
        self.open = left

    def others_ms(self) -> list[float]:
        """How long the facts of all but the ill keys took, once it runs smoothly."""
        return [one.took_ms for one in list(self.facts.values())[WARM:] if one.key not in self.ill]

    def ill_ms(self) -> list[float]:
        """How long the first fact of each ill key took: until it was parked, where it crashes."""
        return [self.facts[(key, 1)].took_ms for key in self.ill]


@dataclass(frozen=True, slots=True)
class Bench:
    """The log that is measured, with the database of who tells and who reads."""

    name: str
    log: FactLog
    database: Database


async def measure(
    dsn: str,
    bootstrap: str | None = None,
    *,
    n: int = N,
    every_s: float = EVERY_S,
    rounds: int | None = None,
) -> list[Comparison]:
    """Others' p99 with and without poison, and how long a fact takes to be parked.

    On the log that is a table, or on Kafka where `bootstrap` names one.
    """
    database = await Database.connect(SERVICE, dsn, bell=Doorbell())
    try:
        async with _bench(database, bootstrap) as bench:
            with lines_to_nowhere():
                return [
                    one
                    for gather_s, usual in ROUNDS.items()
                    for one in await _compared(bench, gather_s, n, every_s, rounds or usual)
                ]
    finally:
        await database.close()


@asynccontextmanager
async def _bench(database: Database, bootstrap: str | None) -> AsyncGenerator[Bench]:
    if bootstrap is None:
        yield Bench("parked", PostgresLog(database.pool, database.bell), database)
        return
    async with a_topic(bootstrap) as settings:
        presence = Presence(settings)
        relaying = asyncio.create_task(Relay(database, settings, new_id(), presence).run())
        try:
            log = KafkaLog(settings, database, new_id(), presence)
            yield Bench("parked_kafka", log, database)
        finally:
            relaying.cancel()
            await asyncio.gather(relaying, return_exceptions=True)


async def _compared(
    bench: Bench, gather_s: float, n: int, every_s: float, rounds: int
) -> list[Comparison]:
    for is_poisoned in (False, True):
        await one_side(bench, Side(is_poisoned), gather_s, min(n, N_WARM), every_s)
    sides: dict[bool, list[Side]] = {False: [], True: []}
    for number in range(rounds):
        for is_poisoned in (False, True) if number % 2 else (True, False):
            side = Side(is_poisoned)
            await one_side(bench, side, gather_s, n, every_s)
            sides[is_poisoned].append(side)

    how = "gathering" if gather_s else "at once"

    def compare(unit: str, of: Callable[[Side], float], gate: float) -> Comparison:
        limit, ours = (tuple(of(one) for one in sides[which]) for which in (False, True))
        return Comparison(bench.name, unit, limit, ours, gate, more_is_better=False, n=n)

    return [
        compare(f"ms p99 others, {how}", lambda one: percentile(one.others_ms(), 0.99), GATE),
        compare(f"ms told to parked, {how}", lambda one: max(one.ill_ms()), GATE_PARKED),
    ]


async def one_side(bench: Bench, side: Side, gather_s: float, n: int, every_s: float) -> None:
    """Tell `n` facts at a pace and wait until all are done; NotAsPromised unless they are so."""
    pool = bench.database.pool
    async with _consuming(bench, side, gather_s) as consumer:
        before = await pool.fetchval(_EFFECTS)
        telling = asyncio.create_task(_tell(bench.database, side, n, every_s))
        async with asyncio.timeout(n * every_s + DONE_S_MAX):
            while not telling.done() or len(side.open) > consumer.health.parked:
                side.look()
                await asyncio.sleep(LOOK_S)
        await telling
        effects = await pool.fetchval(_EFFECTS) - before
        parked = await pool.fetch(_PARKED, consumer.name)
    for key, version, _, _, at in parked:
        one = side.facts[(key, version)]
        one.took_ms = (at - one.told_at) * 1e3
    require_promised(side, effects, [tuple(one)[:4] for one in parked])


def require_promised(side: Side, effects: int, parked: list[Parked]) -> None:
    """NotAsPromised unless each other fact took effect and the ill keys are parked in order."""
    ill = side.ill if side.is_poisoned else []
    wanted = {(key, 1, "RuntimeError", ATTEMPTS_MAX) for key in ill}
    wanted |= {(key, 2, BEHIND, 0) for key in ill if (key, 2) in side.facts}
    if set(parked) != wanted or len(parked) != len(wanted):
        raise NotAsPromised(f"parked {sorted(parked)}, not {sorted(wanted)}")
    if effects != len(side.facts) - len(wanted):
        raise NotAsPromised(f"{effects} effects of {len(side.facts) - len(wanted)}")


@asynccontextmanager
async def _consuming(bench: Bench, side: Side, gather_s: float) -> AsyncGenerator[Consumer]:
    """A consumer of a new name that has read everything that was told before."""
    is_new = False

    async def effect(told: Envelope[Any], tx: Tx) -> None:
        if is_new:
            await side.effect(told, tx)

    consumer = Consumer(
        f"bench-{new_id()}",
        log=bench.log,
        database=bench.database,
        sources=frozenset({SERVICE}),
        reactions={IncidentHandled: Reaction(effect)},
        gather_s=gather_s,
    )
    before = await bench.database.pool.fetchval(_FACTS, SERVICE)
    while consumer.health.applied < before:
        if not await consumer.step():
            await asyncio.sleep(LOOK_S)
    is_new = True
    running = asyncio.create_task(consumer.run())
    try:
        yield consumer
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _tell(database: Database, side: Side, n: int, every_s: float) -> None:
    began = time.perf_counter()
    for number in range(n):
        one = side.next()
        await tell(database, [one.key])
        one.told_at = time.time()
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
