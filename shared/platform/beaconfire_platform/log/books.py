"""What a service's own tables say of the log: positions, what waits, leases, what is published.

Read by `beaconfire log status` and at each look at `/metrics`; nothing here changes anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.parking import ParkedKey, parked_keys
from beaconfire_platform.log.postgres import HEAD

ROWS_MAX: Final = 200
"""So many parked keys and quarantined records are shown; their number is told in full."""
COUNTED_MAX: Final = 100_000
"""Facts are counted so far: it takes a tenth of a second, and nobody needs it more exactly."""
_POSITIONS: Final = """
    select consumer, shard, epoch, txid, row, moved_at from position order by consumer, shard
"""
_QUARANTINED: Final = """
    select consumer, shard, row, reason, met_at, seen_at is not null as is_seen from quarantine
    order by seen_at is not null, met_at desc limit $1
"""
_UNSEEN: Final = """
    select consumer, count(*) as records from quarantine where seen_at is null group by consumer
"""
_LEASES: Final = """
    select name, holder, until, until > clock_timestamp() as is_held from lease order by name
"""
_MEMBERS: Final = """
    select consumer, instance, until from member where until > clock_timestamp()
    order by consumer, instance
"""
# What agency tells bodies outside is published from a table of its own, under another name.
_PUBLISHED: Final = """
    select r.topic, r.epoch, r.txid, r.row, r.moved_at, waiting.facts, waiting.oldest
    from relayed r cross join lateral (
        select count(*) as facts, min(time) as oldest from (
            select f.time from log.fact f
            where (f.txid, f.row) > (r.txid, r.row)
            order by f.txid, f.row limit $1) as told) as waiting
    where r.topic like '%.v1' order by r.topic
"""
_LAG: Final = """
    select count(*) as facts, min(time) as oldest from (
        select f.time from log.fact f
        where (f.txid, f.row) > ($1, $2)
          and f.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
          and f.source = any($3)
        order by f.txid, f.row limit $4) as told
"""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a consumer has read one shard, and since when it is there."""

    consumer: str
    shard: str
    at: LogPosition
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that is no fact: where it lies, what is wrong with it, whether anybody looked."""

    consumer: str
    shard: str
    row: int
    reason: str
    met_at: datetime
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A lease: who has it, until when by the database's clock, or had it last."""

    name: str
    holder: str
    until: datetime
    is_held: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A process that shares a consumer's shards, until when unless it shows that it lives."""

    consumer: str
    instance: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """How far our own table is on its topic, how many facts are not, and since when the oldest."""

    topic: str
    at: LogPosition
    moved_at: datetime
    unpublished: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Lag:
    """How many facts wait for a consumer, and since when the oldest of them."""

    facts: int
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """All of it, as it stood at one moment."""

    head: LogPosition | None
    places: Sequence[Place]
    parked: Sequence[ParkedKey]
    set_aside: Sequence[SetAside]
    unseen: Mapping[str, int]
    leases: Sequence[Held]
    members: Sequence[Member]
    published: Sequence[Published]


async def read_books(connection: Any) -> Books:
    """Everything, over a connection as the service in one snapshot."""
    head = await connection.fetchrow(HEAD)
    epoch = int(await connection.fetchval("select epoch from log.epoch"))
    return Books(
        None if head is None else LogPosition(epoch, head["txid"], head["row"]),
        [
            Place(one["consumer"], one["shard"], _position(one), one["moved_at"])
            for one in await connection.fetch(_POSITIONS)
        ],
        await parked_keys(connection, ROWS_MAX),
        [SetAside(**one) for one in await connection.fetch(_QUARANTINED, ROWS_MAX)],
        await unseen(connection),
        await leases(connection),
        [Member(**one) for one in await connection.fetch(_MEMBERS)],
        await published(connection, COUNTED_MAX),
    )


async def unseen(connection: Any) -> dict[str, int]:
    """How many quarantined records nobody has looked at, by consumer."""
    return {one["consumer"]: one["records"] for one in await connection.fetch(_UNSEEN)}


async def leases(connection: Any) -> list[Held]:
    """Every lease that anybody ever had."""
    return [Held(**one) for one in await connection.fetch(_LEASES)]


async def published(connection: Any, most: int) -> list[Published]:
    """How far our facts are published; those that are not are counted so far."""
    return [
        Published(one["topic"], _position(one), one["moved_at"], one["facts"], one["oldest"])
        for one in await connection.fetch(_PUBLISHED, most)
    ]


async def lag_in_table(connection: Any, sources: frozenset[str], at: LogPosition) -> Lag:
    """What waits behind a position of the log that is a table."""
    found = await connection.fetchrow(_LAG, at.txid, at.row, sorted(sources), COUNTED_MAX)
    return Lag(found["facts"], found["oldest"])


def _position(record: Any) -> LogPosition:
    return LogPosition(record["epoch"], record["txid"], record["row"])
