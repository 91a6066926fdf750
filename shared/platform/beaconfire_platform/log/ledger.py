"""A consumer's books in its own database: its position in each shard, the versions seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.database import Connection
from beaconfire_platform.log.our_words import InOurWords
from beaconfire_platform.log.parking import Stream
from beaconfire_platform.log.port import Told, Unreadable, Why

_CLAIM: Final = """
    insert into position as p (consumer, shard, epoch, txid, row, fence) values ($1, $2, 0, 0, 0, 1)
    on conflict (consumer, shard) do update set fence = p.fence + 1
    returning epoch, txid, row, fence
"""
# The positions and the versions that moved with them, in one trip: every fact waits for both.
_MOVE: Final = """
    with remembered as (
        insert into seen (consumer, source, key, version)
        select $1, source, key, version
        from unnest($2::text[], $3::text[], $4::bigint[]) as moved (source, key, version)
        on conflict (consumer, source, key) do update set version = excluded.version
    ), moved as (
        update position p set epoch = m.epoch, txid = m.txid, row = m.row,
            moved_at = clock_timestamp()
        from unnest($5::text[], $6::bigint[], $7::int[], $8::bigint[], $9::bigint[],
                    $10::int[], $11::bigint[], $12::bigint[])
            as m (shard, fence, old_epoch, old_txid, old_row, epoch, txid, row)
        where p.consumer = $1 and p.shard = m.shard and p.fence = m.fence
          and (p.epoch, p.txid, p.row) = (m.old_epoch, m.old_txid, m.old_row)
        returning 1
    )
    select count(*) from moved
"""
_SEEN: Final = """
    select asked.source, asked.key, coalesce(s.version, 0) as version,
           exists (select 1 from parked p where p.consumer = $1
                   and p.source = asked.source and p.key = asked.key) as parked
    from unnest($2::text[], $3::text[]) as asked (source, key)
    left join seen s on s.consumer = $1 and s.source = asked.source and s.key = asked.key
"""
_REMEMBER: Final = """
    insert into seen (consumer, source, key, version)
    select $1, source, key, version
    from unnest($2::text[], $3::text[], $4::bigint[]) as moved (source, key, version)
    on conflict (consumer, source, key) do update set version = excluded.version
"""
_HOLDS: Final = """
    select 1 from position where consumer = $1 and shard = $2 and fence = $3 for share
"""
HOLE: Final = "hole before it"
BEHIND: Final = "behind a parked fact"


class Fenced(InOurWords):
    """The position in the books is not ours to move: somebody else owns it, or it moved already."""


@dataclass(frozen=True, slots=True)
class Move:
    """A shard's position goes from one place to another, by the right of a fence."""

    shard: str
    fence: int
    old: LogPosition
    new: LogPosition


class Verdict(Enum):
    """What becomes of what came: it takes effect, means nothing, was seen, waits, is no fact."""

    APPLY = "apply"
    IGNORE = "ignore"
    SKIP = "skip"
    PARK = "park"
    QUARANTINE = "quarantine"


@dataclass(slots=True)
class Seen:
    """The versions of a batch's streams, as they are in the transaction at hand."""

    versions: dict[Stream, int]
    parked: set[Stream]
    moved: set[Stream] = field(default_factory=set)
    why: str = ""
    """Why the last fact that was judged to be parked must wait."""

    def judge(self, told: Told) -> Verdict:
        """R5: have+1 takes effect, lower is a repeat, higher is a hole; R15: a type unknown here
        means nothing here, what else cannot be read parks its key.
        """
        stream = (told.source, told.key)
        have = self.versions[stream]
        if told.key_version <= have:
            return Verdict.SKIP
        ignorable = isinstance(told, Unreadable) and told.reason is Why.UNKNOWN_TYPE
        if stream in self.parked:
            self.why = BEHIND
        elif told.key_version > have + 1:
            self.why = HOLE
        elif isinstance(told, Unreadable) and not ignorable:
            self.why = told.reason
        else:
            return Verdict.IGNORE if ignorable else Verdict.APPLY
        self.parked.add(stream)
        return Verdict.PARK

    def advance(self, told: Told) -> None:
        """This fact took effect, or means nothing here."""
        stream = (told.source, told.key)
        self.versions[stream] = told.key_version
        self.moved.add(stream)


class ConsumerLedger:
    """Reads and writes one consumer's books over a connection inside a transaction."""

    def __init__(self, consumer: str) -> None:
        """`consumer` names the books."""
        self._consumer = consumer

    async def claim(self, connection: Connection, shard: str) -> tuple[LogPosition, int]:
        """Own the shard from now on: the position so far and a fence above every earlier one."""
        record: Any = await connection.fetchrow(_CLAIM, self._consumer, shard)
        return LogPosition(record["epoch"], record["txid"], record["row"]), record["fence"]

    async def move(
        self, connection: Connection, moves: Sequence[Move], seen: Seen | None = None
    ) -> bool:
        """Move positions, and the versions with them; False when any is not ours (R12)."""
        moved = await connection.fetchval(
            _MOVE,
            self._consumer,
            *_moved(seen),
            [one.shard for one in moves],
            [one.fence for one in moves],
            *_columns([one.old for one in moves]),
            *_columns([one.new for one in moves]),
        )
        return moved == len(moves)

    async def seen(self, connection: Connection, batch: Iterable[Told]) -> Seen:
        """The versions of all streams in a batch, in one look."""
        streams = sorted({(told.source, told.key) for told in batch})
        records = await connection.fetch(
            _SEEN, self._consumer, [source for source, _ in streams], [key for _, key in streams]
        )
        return Seen(
            {(record["source"], record["key"]): record["version"] for record in records},
            {(record["source"], record["key"]) for record in records if record["parked"]},
        )

    async def remember(self, connection: Connection, seen: Seen) -> None:
        """Write the versions that moved."""
        if seen.moved:
            await connection.execute(_REMEMBER, self._consumer, *_moved(seen))

    async def holds(self, connection: Connection, shard: str, fence: int) -> bool:
        """Whether the shard is still ours, until this transaction ends."""
        return bool(await connection.fetchval(_HOLDS, self._consumer, shard, fence))


def _columns(positions: list[LogPosition]) -> tuple[list[int], list[int], list[int]]:
    return (
        [one.epoch for one in positions],
        [one.txid for one in positions],
        [one.row for one in positions],
    )


def _moved(seen: Seen | None) -> tuple[list[str], list[str], list[int]]:
    """Source, key and version of each stream that moved."""
    moved = [] if seen is None else sorted(seen.moved)
    versions = [] if seen is None else [seen.versions[stream] for stream in moved]
    return [source for source, _ in moved], [key for _, key in moved], versions
