"""The log in PostgreSQL: the fact table itself, read below the transaction horizon (R2, R3)."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import Any, Final

import asyncpg

from beaconfire_contracts.envelope import START, Envelope, LogPosition, Scope
from beaconfire_contracts.ids import FactId
from beaconfire_contracts.vocabulary import Sensitivity
from beaconfire_platform.codec import UnknownFact, UnknownMajor, decode_cause, decode_fact
from beaconfire_platform.doorbell import HANDED_MAX, Doorbell
from beaconfire_platform.log.port import Batch, Facts, Share, Told, Unreadable, Why
from beaconfire_platform.log.tail import Tail
from beaconfire_platform.our_words import InOurWords
from beaconfire_platform.telling import Row

SHARD: Final = "log"
REPLAY_FACTS: Final = 1_000
COUNTED_MAX: Final = 10_000
"""Who is further behind is as far behind as need be said; to count so many takes 10 ms."""
HEAD: Final = """
    select txid, row from log.fact
    where txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    order by txid desc, row desc limit 1
"""
"""The last fact that a reader may see."""
# Below the horizon every transaction has ended (R3); what is beyond it comes last.
_AFTER: Final = """
    select txid, row, id, source, type, key, key_version, time, cause, owner, division, sensitivity,
           data, txid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint as is_ahead
    from log.fact where (txid, row) > ($1, $2) and source = any($3)
    order by txid, row limit $4
"""
_BEHIND: Final = """
    select count(*) from (
        select 1 from log.fact f
        where (f.txid, f.row) > ($1, $2)
          and f.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
          and f.source = any($3)
        order by f.txid, f.row  -- by the key: without it all was read
        limit $4) as told
"""


class LogEpochChanged(InOurWords):
    """The log was restored to another history; positions of the old one hold no longer (R7)."""


class PostgresLog:
    """Reads `log.fact` on the primary; one shard, since one table is one order."""

    def __init__(self, pool: asyncpg.Pool, bell: Doorbell) -> None:
        """`pool` reaches the database that holds the schema `log`."""
        self._pool = pool
        self.bell = bell
        self._epoch: int | None = None
        self._tail = Tail(self._fetch, bell)
        self.ahead: list[Told] = []
        """What the last look saw beyond the horizon: committed, and somebody before it is not."""

    @property
    def known_epoch(self) -> int | None:
        """The same, once somebody asked the database."""
        return self._epoch

    async def epoch(self) -> int:
        """Which history of the log this is."""
        if self._epoch is None:
            self._epoch = int(await self._pool.fetchval("select epoch from log.epoch"))
        return self._epoch

    def reader(
        self,
        consumer: str,
        sources: frozenset[str],
        *,
        share: Share = Share.DEALT,
        gather_s: float = 0.0,
    ) -> "PostgresReader":
        """A reader of the one shard; its consumer's fence keeps any other from harm."""
        del consumer, share
        return PostgresReader(self, sources, gather_s)

    async def shards(self, sources: frozenset[str]) -> tuple[str, ...]:
        """One shard for all sources."""
        return (SHARD,) if sources else ()

    async def place_at(self, shard: str, moment: datetime) -> LogPosition:
        """The last fact told before a moment."""
        del shard
        found = await self._pool.fetchrow(
            "select txid, row from log.fact where time < $1 order by txid desc, row desc limit 1",
            moment,
        )
        epoch = await self.epoch()
        return LogPosition(epoch, *((0, 0) if found is None else (found["txid"], found["row"])))

    async def read(
        self, shard: str, sources: frozenset[str], after: LogPosition, limit: int
    ) -> list[Told]:
        """At most `limit` facts after `after`, oldest first."""
        if shard != SHARD:
            raise ValueError(f"this log has no shard {shard}")
        epoch = await self.epoch()
        if after.epoch not in (0, epoch):
            raise LogEpochChanged(f"position of epoch {after.epoch}, log of epoch {epoch}")
        return await self._tail.after(sources, after, limit)

    async def read_each(
        self, shard: str, sources: frozenset[str], places: Sequence[LogPosition]
    ) -> list[Told | None]:
        """The first fact after each of these places."""
        found = [await self.read(shard, sources, at, 1) for at in places]
        return [told[0] if told else None for told in found]

    async def _fetch(self, sources: frozenset[str], after: LogPosition, limit: int) -> list[Told]:
        epoch = await self.epoch()
        ends = self.bell.ends
        records = await self._pool.fetch(_AFTER, after.txid, after.row, sorted(sources), limit)
        told = [(told_of(record, epoch), record["is_ahead"]) for record in records]
        self.ahead = [one for one, is_ahead in told if is_ahead]
        if self.ahead:
            self.bell.wake_at_end(since=ends)
        return [one for one, is_ahead in told if not is_ahead]

    async def behind(self, sources: frozenset[str], at: LogPosition) -> int:
        """How many facts of these sources come after a position, counted up to a limit."""
        return int(
            await self._pool.fetchval(_BEHIND, at.txid, at.row, sorted(sources), COUNTED_MAX)
        )

    async def end(self) -> LogPosition:
        """The place of the last fact that a reader may see."""
        found = await self._pool.fetchrow(HEAD)
        if found is None:
            return START
        return LogPosition(await self.epoch(), found["txid"], found["row"])

    async def everything(self, sources: frozenset[str]) -> list[Envelope[Any]]:
        """Every readable fact of these sources, oldest first: for replay and for tests."""
        found: list[Envelope[Any]] = []
        after = START
        while batch := await self.read(SHARD, sources, after, REPLAY_FACTS):
            found.extend(one for one in batch if isinstance(one, Envelope))
            after = batch[-1].position
        return found


class PostgresReader:
    """Reads the one shard of the table and waits for the doorbell of this process."""

    def __init__(self, log: PostgresLog, sources: frozenset[str], gather_s: float) -> None:
        """Nothing was read yet."""
        self._gather_s = gather_s
        self._log = log
        self._sources = sources
        self._rings = 0

    async def shards(self) -> frozenset[str]:
        """Always the same."""
        return frozenset(await self._log.shards(self._sources))

    def steady(self) -> AbstractAsyncContextManager[None]:
        """Nobody takes a shard away here."""
        return nullcontext()

    async def take(self, after: Mapping[str, LogPosition], limit: int) -> Batch:
        """What came after, if anything."""
        self._rings = self._log.bell.rings
        found = await self._log.read(SHARD, self._sources, after[SHARD], limit)
        return {SHARD: found} if found else {}

    def ahead(self, after: Mapping[str, LogPosition], known: Collection[str]) -> Facts:
        """Committed: somebody before it is not (R6), or it was told here and nobody looked yet.

        Of so many that some may have been forgotten none is handed on: what was told first should
        not come last.
        """
        at, epoch = after[SHARD], self._log.known_epoch
        if epoch is None or at.epoch not in (0, epoch):
            return ()  # positions of another history: `take` refuses them
        handed = [
            row for row in self._log.bell.handed if (row["txid"], row["row"]) > (at.txid, at.row)
        ]
        found = {one.id: one for one in self._log.ahead if one.id not in known}
        for row in handed if len(handed) < HANDED_MAX else ():
            if row["id"] not in known:
                found.setdefault(row["id"], told_of(row, epoch))
        here = sorted(found.values(), key=lambda one: (one.position.txid, one.position.row))
        return [(SHARD, one) for one in here if one.source in self._sources]

    async def behind(self, at: Mapping[str, LogPosition]) -> int | None:
        """Counted in the table."""
        return await self._log.behind(self._sources, at[SHARD]) if SHARD in at else None

    async def ends(self, shards: frozenset[str]) -> Mapping[str, LogPosition]:
        """Looked up in the table."""
        return {SHARD: await self._log.end()} if SHARD in shards else {}

    async def wait(self, timeout_s: float) -> None:
        """Wait for the doorbell, or for the poll's time; a ring while we read counts."""
        await self._log.bell.wait(timeout_s, since=self._rings)
        if self._gather_s:
            await asyncio.sleep(self._gather_s)

    async def close(self) -> None:
        """Nothing is held."""


def told_of(record: asyncpg.Record | Row, epoch: int) -> Told:
    """A row of `log.fact` as a fact with its envelope, or as what cannot be read."""
    position = LogPosition(epoch, record["txid"], record["row"])
    try:
        fact = decode_fact(record["type"], record["data"])
        cause = decode_cause(record["cause"])
        scope = Scope(record["owner"], record["division"], Sensitivity(record["sensitivity"]))
    except (UnknownFact, ValueError) as error:
        return Unreadable(
            str(record["id"]),
            record["source"],
            record["type"],
            record["key"],
            record["key_version"],
            position,
            _why(error),
        )
    return Envelope(
        id=FactId(str(record["id"])),
        source=record["source"],
        type=record["type"],
        key=record["key"],
        key_version=record["key_version"],
        time=record["time"],
        cause=cause,
        scope=scope,
        position=position,
        fact=fact,
    )


def _why(error: Exception) -> Why:
    if isinstance(error, UnknownMajor):
        return Why.UNKNOWN_MAJOR
    return Why.UNKNOWN_TYPE if isinstance(error, UnknownFact) else Why.MALFORMED
