"""The keys that a consumer has parked: which, how many facts wait behind, and taking them again.

R14: one poisoned key waits for a person and stops nobody else; whoever has mended the cause asks
for the key (`beaconfire log unpark`), and the consumer that owns it takes its facts in order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.clauses import row_alone
from beaconfire_platform.database import Connection, Tx
from beaconfire_platform.log.port import Told, Why

PARKED_BEHIND_MAX: Final = 1_000
"""Facts that may wait with a parked key before a person is called again (R14)."""
TAKEN: Final = "taken"
"""The outcome of an unparking after which nothing of the key is parked any more."""
SKIPPED: Final = "skipped"
"""The outcome when the fact that was left out was the only one."""
NOT_FIRST: Final = "not skipped: another fact is the first by now"
SKIPPED_ACTION: Final = "log.skipped"

Stream = tuple[str, str]
"""The source and the key of facts that are in order."""

_PARK: Final = """
    insert into parked (consumer, source, key, version, fact_id, error, attempts,
                        shard, epoch, txid, row)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (consumer, source, key, version) do update
        set shard = excluded.shard, epoch = excluded.epoch, txid = excluded.txid, row = excluded.row
"""
_PARK_AT_LAST: Final = row_alone(_PARK)
_ALL: Final = """
    select consumer, source, key, count(*) as facts, min(parked_at) as since,
           (array_agg(error order by version))[1] as error,
           (select u.outcome from unparking u
            where (u.consumer, u.source, u.key) = (p.consumer, p.source, p.key)
            order by u.id desc limit 1) as outcome,
           exists (select 1 from unparking u where u.ended_at is null
                   and (u.consumer, u.source, u.key) = (p.consumer, p.source, p.key)) as is_asked
    from parked p group by consumer, source, key order by since limit $1
"""
# Why a key waits is why its first fact does.
_COUNTS: Final = """
    with counted as (
        select source, key, count(*) filter (where shard = any($2)) as facts,
               min(version) filter (where shard = any($2)) as version
        from parked where consumer = $1 group by source, key
    )
    select c.source, c.key, c.facts, p.error
    from counted c left join parked p
        on p.consumer = $1 and (p.source, p.key, p.version) = (c.source, c.key, c.version)
"""
_ASK: Final = """
    insert into unparking (consumer, source, key, actor, reason, skip_fact)
    values ($1, $2, $3, $4, $5, $6) returning id
"""
_ASKED: Final = """
    select u.id, u.source, u.key, u.skip_fact, u.actor, u.reason from unparking u
    where u.consumer = $1 and u.ended_at is null and exists (
        select 1 from parked p
        where (p.consumer, p.source, p.key) = (u.consumer, u.source, u.key) and p.shard = any($2))
    order by u.skip_fact is null, u.id
"""
_WAITING: Final = """
    select fact_id, version, shard, epoch, txid, row from parked
    where consumer = $1 and source = $2 and key = $3 order by version limit $4
"""
_END: Final = """
    update unparking set ended_at = clock_timestamp(), outcome = $4
    where consumer = $1 and source = $2 and key = $3 and ended_at is null
"""
# The version goes on past the fact, as if it had taken effect.
_SKIP: Final = """
    with first as (
        select version, fact_id from parked where consumer = $1 and source = $2 and key = $3
        order by version limit 1
    ), left_out as (
        delete from parked p using first f
        where p.consumer = $1 and p.source = $2 and p.key = $3 and p.version = f.version
          and f.fact_id = $4
        returning p.version, p.shard
    ), passed as (
        insert into seen (consumer, source, key, version)
        select $1, $2, $3, version from left_out
        on conflict (consumer, source, key) do update
            set version = greatest(seen.version, excluded.version)
    ), audited as (
        insert into audit (actor, action, object, result, correlation_id, reason)
        select $5, $6, concat_ws('/', $1, $2, $3, version), 'done', $4::uuid::text, $7
        from left_out
    )
    select shard from left_out
"""
_GO_ON: Final = "update unparking set skip_fact = null where id = $1"


@dataclass(frozen=True, slots=True)
class Waits:
    """How many facts wait with a parked key, and why the first of them does."""

    facts: int
    error: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked of a parked key: to take it again, maybe all but its first fact."""

    number: int
    stream: Stream
    actor: str
    reason: str
    skip_fact: str | None


@dataclass(frozen=True, slots=True)
class ParkedKey:
    """A key that waits: whose, why, since when, how many facts; and the last attempt's outcome.

    `upgrade` is the service whose program is too old for what was told, where that is why.
    """

    consumer: str
    source: str
    key: str
    facts: int
    since: datetime
    error: str
    outcome: str | None
    is_asked: bool
    upgrade: str | None = None


async def parked_keys(connection: Any, most: int) -> list[ParkedKey]:
    """The keys parked by any consumer of a service, longest first."""
    return [
        ParkedKey(**record, upgrade=upgrade_for(record["consumer"], record["error"]))
        for record in await connection.fetch(_ALL, most)
    ]


def upgrade_for(consumer: str, why: str) -> str | None:
    """The service to upgrade so that a key goes on: a consumer has the name of its service."""
    return consumer if why == Why.UNKNOWN_MAJOR else None


@dataclass(frozen=True, slots=True)
class ParkedFact:
    """One fact that waits: which, and where the log has it."""

    fact_id: str
    version: int
    shard: str
    position: LogPosition

    @property
    def before(self) -> LogPosition:
        """The position after which a log gives this fact first."""
        return LogPosition(self.position.epoch, self.position.txid, self.position.row - 1)


class Parking:
    """One consumer's parked facts, in its own database."""

    def __init__(self, consumer: str) -> None:
        """`consumer` names whose they are."""
        self._consumer = consumer

    async def park(
        self, connection: Connection, shard: str, told: Told, error: str, attempts: int
    ) -> None:
        """Set a fact aside with its reason; its payload stays in the log only.

        One that comes again, as from a topic that was filled anew, is where it was last met.
        """
        await connection.execute(_PARK, *self._row(shard, told, error, attempts))

    def park_at_last(self, tx: Tx, shard: str, told: Told, error: str, attempts: int) -> None:
        """The same, with what the transaction writes at its end: a trip less that others wait."""
        tx.at_last(_PARK_AT_LAST, *self._row(shard, told, error, attempts))

    def _row(self, shard: str, told: Told, error: str, attempts: int) -> tuple[object, ...]:
        at = told.position
        stream = (self._consumer, told.source, told.key, told.key_version, told.id)
        return (*stream, error, attempts, shard, at.epoch, at.txid, at.row)

    async def counts(
        self, connection: Any, shards: Iterable[str]
    ) -> tuple[dict[Stream, Waits], frozenset[Stream]]:
        """How many facts wait with each parked key of these shards, and why; and every parked key,
        whatever shard it is of: a shard may have another name by now.
        """
        records = await connection.fetch(_COUNTS, self._consumer, list(shards))
        counts = {
            (record["source"], record["key"]): Waits(record["facts"], record["error"])
            for record in records
            if record["facts"]
        }
        return counts, frozenset((record["source"], record["key"]) for record in records)

    async def has(self, connection: Connection, stream: Stream) -> bool:
        """Whether any fact waits with a key."""
        return bool(await self.waiting(connection, stream, 1))

    async def ask(
        self,
        connection: Connection,
        stream: Stream,
        actor: str,
        reason: str,
        *,
        skip_fact: str | None = None,
    ) -> int:
        """Ask the consumer to take a parked key again; the number of the request.

        `skip_fact` is the key's first fact when that one shall take no effect.
        """
        return int(
            await connection.fetchval(_ASK, self._consumer, *stream, actor, reason, skip_fact)
        )

    async def asked(self, connection: Any, shards: Iterable[str]) -> list[Asked]:
        """What somebody asked of parked keys, the oldest request of each."""
        found: dict[Stream, Asked] = {}
        for one in await connection.fetch(_ASKED, self._consumer, list(shards)):
            stream = (one["source"], one["key"])
            skip_fact = None if one["skip_fact"] is None else str(one["skip_fact"])
            asked = Asked(one["id"], stream, one["actor"], one["reason"], skip_fact)
            found.setdefault(stream, asked)
        return list(found.values())

    async def skip(self, connection: Connection, asked: Asked) -> str | None:
        """Leave a key's first fact out, on record with who decided so and why; its shard.

        None, and nothing is left out, when another fact is the first by now.
        """
        shard = await connection.fetchval(
            _SKIP, self._consumer, *asked.stream, asked.skip_fact, asked.actor, SKIPPED_ACTION,
            asked.reason,
        )  # fmt: skip
        if shard is None:
            await self.end(connection, asked.stream, NOT_FIRST)
            return None
        await connection.execute(_GO_ON, asked.number)
        if not await self.has(connection, asked.stream):
            await self.end(connection, asked.stream, SKIPPED)
        return str(shard)

    async def waiting(self, connection: Any, stream: Stream, most: int) -> list[ParkedFact]:
        """The facts that wait with a key, in order."""
        return [
            ParkedFact(
                str(record["fact_id"]),
                record["version"],
                record["shard"],
                LogPosition(record["epoch"], record["txid"], record["row"]),
            )
            for record in await connection.fetch(_WAITING, self._consumer, *stream, most)
        ]

    async def take_out(self, connection: Connection, told: Told) -> None:
        """This fact waits no longer."""
        await connection.execute(
            "delete from parked where consumer = $1 and source = $2 and key = $3 and version = $4",
            self._consumer,
            told.source,
            told.key,
            told.key_version,
        )

    async def end(self, connection: Connection, stream: Stream, outcome: str) -> None:
        """Every request for this key has its outcome."""
        await connection.execute(_END, self._consumer, *stream, outcome)
