"""A consumer's books in its own database: its position in each shard, the versions seen."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.database import Connection
from beaconfire_platform.log.parking import Stream
from beaconfire_platform.log.port import Told, Unreadable, Why

_CLAIM: Final = """
    insert into position as p (consumer, shard, epoch, txid, row, fence) values ($1, $2, 0, 0, 0, 1)
    on conflict (consumer, shard) do update set fence = p.fence + 1
    returning epoch, txid, row, fence
"""
# The position and the versions that moved with it, in one trip: every fact waits for both.
_MOVE: Final = """
    with remembered as (
        insert into seen (consumer, source, key, version)
        select $1, source, key, version
        from unnest($10::text[], $11::text[], $12::bigint[]) as moved (source, key, version)
        on conflict (consumer, source, key) do update set version = excluded.version
    )
    update position set epoch = $3, txid = $4, row = $5, moved_at = clock_timestamp()
    where consumer = $1 and shard = $2 and fence = $6
      and (epoch, txid, row) = ($7, $8, $9)
    returning 1
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


class Verdict(Enum):
    """What becomes of a fact: it takes effect, means nothing here, was seen before, or waits."""

    APPLY = "apply"
    IGNORE = "ignore"
    SKIP = "skip"
    PARK = "park"


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
        self,
        connection: Connection,
        shard: str,
        old: LogPosition,
        new: LogPosition,
        fence: int,
        seen: Seen | None = None,
    ) -> bool:
        """Move the position, and the versions with it; False when it is not ours (R12)."""
        return bool(
            await connection.fetchval(
                _MOVE,
                self._consumer,
                shard,
                new.epoch,
                new.txid,
                new.row,
                fence,
                old.epoch,
                old.txid,
                old.row,
                *_moved(seen),
            )
        )

    async def seen(self, connection: Connection, batch: list[Told]) -> Seen:
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


def _moved(seen: Seen | None) -> tuple[list[str], list[str], list[int]]:
    """Source, key and version of each stream that moved."""
    moved = [] if seen is None else sorted(seen.moved)
    versions = [] if seen is None else [seen.versions[stream] for stream in moved]
    return [source for source, _ in moved], [key for _, key in moved], versions
