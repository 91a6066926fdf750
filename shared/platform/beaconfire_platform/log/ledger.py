"""A consumer's books in its own database: its position in each shard, the versions seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.clauses import Clause
from beaconfire_platform.database import FENCED, Connection, Tx
from beaconfire_platform.log.parking import Stream
from beaconfire_platform.log.port import Facts, Told, Unreadable, Why
from beaconfire_platform.our_words import InOurWords

_CLAIM: Final = """
    insert into position as p (consumer, shard, epoch, txid, row, fence) values ($1, $2, 0, 0, 0, 1)
    on conflict (consumer, shard) do update set fence = p.fence + 1
    returning epoch, txid, row, fence
"""
# Streams that nobody met before are rows that are not there: they are told apart from those that
# go on, so that a mistake about it is found by the database.
_BORN: Final = """
    insert into seen (consumer, source, key, version)
    select $1, source, key, version
    from unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[])
        as moved (source, key, version, is_born)
    where is_born
"""
_REMEMBERED: Final = """
    insert into seen (consumer, source, key, version)
    select $1, source, key, version
    from unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[])
        as moved (source, key, version, is_born)
    where not is_born
    on conflict (consumer, source, key) do update set version = excluded.version
"""
_REMEMBER: Final = Clause((("ledger_born", _BORN), ("ledger_remembered", _REMEMBERED)))
_MOVED: Final = """
    update position p set epoch = m.epoch, txid = m.txid, row = m.row, moved_at = clock_timestamp()
    from unnest($2::text[], $3::bigint[], $4::int[], $5::bigint[], $6::bigint[],
                $7::int[], $8::bigint[], $9::bigint[])
        as m (shard, fence, old_epoch, old_txid, old_row, epoch, txid, row)
    where p.consumer = $1 and p.shard = m.shard and p.fence = m.fence
      and (p.epoch, p.txid, p.row) = (m.old_epoch, m.old_txid, m.old_row)
    returning 1
"""
_MOVE: Final = Clause(
    (("ledger_moved", _MOVED),),
    f"log.require((select count(*) from ledger_moved) = cardinality($2::text[]), '{FENCED}')",
)
_HELD: Final = """
    select 1 from position p
    where p.consumer = $1
      and (p.shard, p.fence) in (select * from unnest($2::text[], $3::bigint[]))
    for share
"""
_HOLD: Final = Clause(
    (("ledger_held", _HELD),),
    f"log.require((select count(*) from ledger_held) = cardinality($2::text[]), '{FENCED}')",
)
STREAMS_KNOWN_MAX: Final = 20_000
"""Streams whose versions are kept in memory: some megabytes; then all are asked for anew."""
# Each stream by its key, whatever the planner believes of the tables' sizes: joined, it read all
# that a consumer has ever seen.
_SEEN: Final = """
    select asked.source, asked.key,
           coalesce((select s.version from seen s where s.consumer = $1
                     and s.source = asked.source and s.key = asked.key), 0) as version,
           coalesce((select true from parked p where p.consumer = $1
                     and p.source = asked.source and p.key = asked.key limit 1), false) as parked
    from unnest($2::text[], $3::text[]) as asked (source, key)
"""
HOLE: Final = "hole before it"
BEHIND: Final = "behind a parked fact"


class HoleMet(InOurWords):
    """A fact came before another of its stream: it may be in a topic that was filled anew."""

    def __init__(self, shard: str, told: Told) -> None:
        """`told` is what came too early."""
        super().__init__(f"{told.key} {told.key_version}")
        self.shard = shard


@dataclass(frozen=True, slots=True)
class Move:
    """A shard's position goes from one place to another, by the right of a fence."""

    shard: str
    fence: int
    old: LogPosition
    new: LogPosition

    @classmethod
    def each(
        cls, facts: Facts, fences: Mapping[str, int], positions: Mapping[str, LogPosition]
    ) -> "list[Move]":
        """Each shard of these facts goes from its position to the last of them."""
        return [
            cls(shard, fences[shard], positions[shard], last)
            for shard, last in {shard: told.position for shard, told in facts}.items()
        ]


class Verdict(StrEnum):
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
    born: frozenset[Stream] = frozenset()
    """Those that nobody asked the database for, since their first fact is in the batch."""
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
    """Reads and writes one consumer's books.

    Whoever holds a shard's fence writes its versions alone, and each of its transactions ends by
    proving that it does: so what was read or written here once need not be read again.
    """

    remembering = _REMEMBER
    """How versions are written; their arguments are those of `remember`."""

    def __init__(self, consumer: str) -> None:
        """`consumer` names the books; nothing was read yet."""
        self._consumer = consumer
        self._known: dict[Stream, int] = {}

    async def claim(self, connection: Connection, shard: str) -> tuple[LogPosition, int]:
        """Own the shard from now on: the position so far and a fence above every earlier one."""
        record: Any = await connection.fetchrow(_CLAIM, self._consumer, shard)
        return LogPosition(record["epoch"], record["txid"], record["row"]), record["fence"]

    def move(self, tx: Tx, moves: Sequence[Move], seen: Seen | None = None) -> None:
        """Move positions at the end, and the versions with them.

        It ends Fenced when any is not ours (R12).
        """
        if seen is not None:
            self.remember(tx, seen)
        tx.at_last(
            _MOVE,
            self._consumer,
            [one.shard for one in moves],
            [one.fence for one in moves],
            *_columns([one.old for one in moves]),
            *_columns([one.new for one in moves]),
        )

    async def seen(self, tx: Tx, batch: Iterable[Told]) -> Seen:
        """The versions of all streams in a batch, in one look at most."""
        told = list(batch)
        streams = {(one.source, one.key) for one in told}
        known = {one: self._known[one] for one in streams & self._known.keys()}
        born = frozenset[Stream]()
        if tx.is_at_once:
            begin = {(one.source, one.key) for one in told if one.key_version == 1}
            born = frozenset(begin - known.keys())
        asked = sorted(streams - known.keys() - born)
        versions, parked = await self._look(tx.connection, asked)
        self._believe({one: have for one, have in versions.items() if one not in parked})
        return Seen(dict.fromkeys(born, 0) | known | versions, parked, born=born)

    async def _look(
        self, connection: Connection, streams: Sequence[Stream]
    ) -> tuple[dict[Stream, int], set[Stream]]:
        if not streams:
            return {}, set()
        records = await connection.fetch(
            _SEEN, self._consumer, [source for source, _ in streams], [key for _, key in streams]
        )
        versions = {(record["source"], record["key"]): record["version"] for record in records}
        return versions, {
            (record["source"], record["key"]) for record in records if record["parked"]
        }

    def remember(self, tx: Tx, seen: Seen) -> None:
        """Write the versions that moved, at the end."""
        moved = sorted(seen.moved)
        self._doubt((*moved, *seen.parked))  # until it is known to be committed
        if moved:
            tx.at_last(
                self.remembering,
                self._consumer,
                [source for source, _ in moved],
                [key for _, key in moved],
                [seen.versions[stream] for stream in moved],
                [stream in seen.born for stream in moved],
            )

    def hold(self, tx: Tx, fences: Mapping[str, int]) -> None:
        """End Fenced unless these shards are ours until the transaction has ended."""
        tx.at_last(_HOLD, self._consumer, list(fences), list(fences.values()))

    def stands(self, seen: Seen) -> None:
        """What was moved is committed: it is believed from now on, but for what is parked."""
        self._believe({one: seen.versions[one] for one in seen.moved})
        self._doubt(seen.parked)

    def _believe(self, versions: Mapping[Stream, int]) -> None:
        """Nobody else writes them while the fence is ours."""
        if len(self._known) + len(versions) > STREAMS_KNOWN_MAX:
            self._known.clear()
        self._known |= versions

    def forget(self, *streams: Stream) -> None:
        """Somebody else may have written: believe nothing of these, or of any, that was read."""
        if not streams:
            self._known.clear()
        self._doubt(streams)

    def _doubt(self, streams: Iterable[Stream]) -> None:
        """Believe nothing of these."""
        for one in streams:
            self._known.pop(one, None)


def _columns(positions: list[LogPosition]) -> tuple[list[int], list[int], list[int]]:
    return (
        [one.epoch for one in positions],
        [one.txid for one in positions],
        [one.row for one in positions],
    )
