"""What the log's conformance suite drives: writers, consumers and a trace, over one real log.

A second implementation of the log brings its own harness and passes the same suite.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg

from beaconfire_contracts.envelope import Cause, Envelope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.clauses import Clause
from beaconfire_platform.codec import encode
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.parking import Parking
from beaconfire_platform.log.port import FactLog, Share
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_platform.log.reaction import Reaction
from beaconfire_platform.our_words import Fenced
from beaconfire_platform.schema import ServiceSchema, migrate

WRITER: Final = "geo"
READER: Final = "situation"
SERVICES: Final = [
    ServiceSchema(name, f"beaconfire_{name}", f"beaconfire_{name}") for name in (WRITER, READER)
]
LOOKS: Final = 2
"""One that had begun may have seen less; the next one sees all."""
STEPS_FAILED_MAX: Final = 10
"""Steps that may fail before a consumer that is being drained counts as stopped for good."""
_SCRATCH: Final = """
    create table if not exists situation.effect (
        consumer text not null, key text not null, version bigint not null,
        at bigint generated always as identity
    );
    grant select, insert on situation.effect to beaconfire_situation;
"""
_EFFECTS: Final = Clause((("effects", """
    insert into situation.effect (consumer, key, version)
    select $1, key, version from unnest($2::text[], $3::bigint[]) with ordinality
        as e (key, version, nth) order by nth
"""),))  # fmt: skip
# Several rows of one statement, where an intent a fact would be several statements.
_INTENTS: Final = Clause((("intents", """
    insert into intent (id, consumer, fact_id, action, body)
    select id, $1, fact_id, 'call', '{}' from unnest($2::uuid[], $3::uuid[]) as i (id, fact_id)
"""),))  # fmt: skip
BeforeEffect = Callable[[Envelope[Any]], None]
"""What happens to a consumer just before an effect: it may raise."""


def as_role(dsn: str, role: str) -> str:
    """The same database reached as another login role."""
    scheme, _, rest = dsn.partition("://")
    return f"{scheme}://{role}@{rest.partition('@')[2] if '@' in rest else rest}"


@dataclass(slots=True)
class Trace:
    """What one consumer let take effect, in the order in which it did."""

    effects: list[tuple[str, int]] = field(default_factory=list)

    def per_key(self) -> dict[str, list[int]]:
        """The versions of each key, in order of effect."""
        found: dict[str, list[int]] = defaultdict(list)
        for key, version in self.effects:
            found[key].append(version)
        return dict(found)


@dataclass(slots=True)
class Findings:
    """How a trace differs from what was told: all empty when the log keeps its promise."""

    lost: list[tuple[str, int]]
    repeated: list[tuple[str, int]]
    reordered: list[str]

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, every key in order."""
        return not (self.lost or self.repeated or self.reordered)


def compare(told: dict[str, int], trace: Trace) -> Findings:
    """Check a trace against the versions told: each of 1..n of every key once, in order (P3)."""
    seen = trace.per_key()
    lost = [
        (key, version)
        for key, last in told.items()
        for version in sorted(set(range(1, last + 1)) - set(seen.get(key, [])))
    ]
    repeated = [
        (key, version)
        for key, versions in seen.items()
        for version in sorted({one for one in versions if versions.count(one) > 1})
    ]
    reordered = [key for key, versions in seen.items() if versions != sorted(versions)]
    return Findings(lost, repeated, reordered)


class LogHarness:
    """One real log in PostgreSQL with a writing and a reading service."""

    kind: type[Consumer] = Consumer
    """What its consumers are: a harness with a planted fault has others."""
    hurries = False
    """Whether they let facts take effect that their position may not pass yet."""
    share: Share = Share.DEALT
    """How its consumers share the shards."""
    is_at_once = False
    """Whether their effects are such that one statement can be enough."""

    def __init__(self, owner_dsn: str) -> None:
        """`owner_dsn` names an empty database in which roles may be made."""
        self._owner_dsn = owner_dsn
        self.bell = Doorbell()
        self.at_once: list[int] = []
        """How many facts each statement was to hold that was a transaction."""
        self.writer: Database
        self.reader: Database
        self.log: FactLog

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["LogHarness"]:
        """Migrated and connected, then closed."""
        await migrate(self._owner_dsn, SERVICES)
        owner = await asyncpg.connect(self._owner_dsn)
        await owner.execute(_SCRATCH)
        await owner.close()
        self.writer = await Database.connect(
            WRITER, as_role(self._owner_dsn, f"beaconfire_{WRITER}"), bell=self.bell
        )
        self.reader = await Database.connect(
            READER, as_role(self._owner_dsn, f"beaconfire_{READER}"), bell=self.bell
        )
        self.log = PostgresLog(self.reader.pool, self.bell)
        try:
            yield self
        finally:
            await self.writer.close()
            await self.reader.close()

    async def tell(self, *keys: str, pause_s: float = 0.0) -> None:
        """One transaction that tells one fact of each key, staying open for a while."""
        cause = Cause(actor="test", correlation_id="conformance")
        locks = [aggregate(key) for key in keys]
        async with self.writer.transaction(*locks, cause=cause) as tx:
            await tx.tell(*(a_fact(key) for key in keys))
            await tx.flush()
            await asyncio.sleep(pause_s)

    async def tell_held(self, key: str, told: asyncio.Event, goes_on: asyncio.Event) -> None:
        """One transaction that tells one fact, says so, and stays open until it may go on."""
        cause = Cause(actor="test", correlation_id="conformance")
        async with self.writer.transaction(aggregate(key), cause=cause) as tx:
            await tx.tell(a_fact(key))
            await tx.flush()
            told.set()
            while not goes_on.is_set():
                await tx.connection.execute("select 1")  # who says nothing for long is cut off
                with suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await goes_on.wait()

    async def look_past(self, consumer: Consumer) -> None:
        """Let whoever reads the table look at what is there by now, whatever is still open."""
        for _ in range(LOOKS):
            await consumer.step()

    async def tell_of_another_build(self, key: str, type_name: str, data: str = "{}") -> None:
        """A fact as a newer build writes it: its type or its members may not be known to this."""
        cause = Cause(actor="test", correlation_id="conformance")
        async with self.writer.transaction(aggregate(key), cause=cause) as tx:
            await tx.connection.execute(
                "select log.tell(array[$1::uuid], array[$2::text], array[$3::text], "
                "array[$4::json], array[null::text], array[null::text], array['internal'], "
                "array[$5::json])",
                new_id(),
                type_name,
                key,
                encode(cause),
                data,
            )

    async def told(self) -> dict[str, int]:
        """The last version of each key, as the log's own table has it."""
        records = await self.reader.pool.fetch(
            "select key, version from log.stream where source = $1", WRITER
        )
        return {record["key"]: record["version"] for record in records}

    async def ask_again(self, consumer: str, key: str) -> None:
        """What a person does who has mended the cause of a parked key."""
        async with self.reader.transaction(cause=Cause("test", "")) as tx:
            await Parking(consumer).ask(tx.connection, (WRITER, key), "test", "mended")

    async def ask_skip(self, consumer: str, key: str) -> None:
        """What a person does who decides that the first fact of a parked key takes no effect."""
        parking = Parking(consumer)
        async with self.reader.transaction(cause=Cause("test", "")) as tx:
            [first] = await parking.waiting(tx.connection, (WRITER, key), 1)
            await parking.ask(
                tx.connection, (WRITER, key), "hand:ada", "told twice", skip_fact=first.fact_id
            )

    async def audited(self) -> list[tuple[str, str, str]]:
        """Who did what to what in the reading service, as its audit has it."""
        records = await self.reader.pool.fetch(
            "select actor, action, object from audit order by id"
        )
        return [tuple(record) for record in records]

    async def intents(self, consumer: str) -> int:
        """How many outside effects a consumer asked for."""
        counted = await self.reader.pool.fetchval(
            "select count(*) from intent where consumer = $1 and action = 'call'", consumer
        )
        return int(counted)

    async def outcomes(self) -> list[str | None]:
        """What came of each request to take a parked key again."""
        records = await self.reader.pool.fetch("select outcome from unparking order by id")
        return [record["outcome"] for record in records]

    async def parked(self, consumer: str) -> list[tuple[str, int, str, int]]:
        """What a consumer parked: key, version, error and attempts."""
        records = await self.reader.pool.fetch(
            "select key, version, error, attempts from parked where consumer = $1 "
            "order by key, version",
            consumer,
        )
        return [tuple(record) for record in records]

    async def trace(self, consumer: str) -> Trace:
        """What took effect for a consumer, as its own table has it."""
        records = await self.reader.pool.fetch(
            "select key, version from situation.effect where consumer = $1 order by at", consumer
        )
        return Trace([(record["key"], record["version"]) for record in records])

    def consumer(
        self,
        name: str,
        *,
        log: FactLog | None = None,
        database: Database | None = None,
        before_effect: BeforeEffect | None = None,
        batch: int = 50,
        replay: bool = False,
    ) -> Consumer:
        """A consumer whose effect is one row and one intent a fact; `before_effect` may raise.

        `log` and `database` take the place of the harness's own.
        """

        rows: list[tuple[Tx, Envelope[Any]]] = []

        async def effect(told: Envelope[Any], tx: Tx) -> None:
            if before_effect is not None:
                before_effect(told)
            rows[:] = [one for one in rows if one[0] is tx]
            rows.append((tx, told))
            if tx.intents is not None and not self.is_at_once:
                await tx.intents.intend("call", {"key": told.key})

        async def at_end(tx: Tx) -> None:
            here = [told for of, told in rows if of is tx]
            if not here:
                return
            tx.at_last(_EFFECTS, name, [one.key for one in here], [one.key_version for one in here])
            if tx.intents is not None and self.is_at_once:
                tx.at_last(_INTENTS, name, [new_id() for _ in here], [one.id for one in here])
            if tx.is_at_once:
                self.at_once.append(len(here))

        return self.kind(
            name,
            log=log or self.log,
            database=database or self.reader,
            sources=frozenset({WRITER}),
            reactions={LayerReleased: Reaction(effect, is_at_once=self.is_at_once)},
            batch=batch,
            replay=replay,
            share=self.share,
            hurries=self.hurries,
            at_end=at_end,
        )

    async def drain(self, consumer: Consumer) -> None:
        """Let everything told so far take effect."""
        while await consumer.step():
            pass

    async def insist(self, consumer: Consumer) -> None:
        """Drain as whatever keeps consumers running does: a failed step is followed by another."""
        for _ in range(STEPS_FAILED_MAX):
            try:
                await self.drain(consumer)
            except (Fenced, OSError):
                continue
            else:
                return


def a_fact(key: str) -> LayerReleased:
    """A fact of the stream `key`."""
    return LayerReleased(key, 1, 1, "0" * 64, datetime.now(UTC))
