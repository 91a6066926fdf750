"""Planted faults: logs and consumers with one known mistake each, for the suite to catch."""

from beaconfire_contracts.envelope import Cause, LogPosition
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.port import Told
from beaconfire_platform.log.postgres import SHARD, told_of
from beaconfire_testkit.log_harness import WRITER, LogHarness, a_fact


class IdAboveLast:
    """R2's mistake: reads rows above the last id seen, without asking for the horizon."""

    def __init__(self, harness: LogHarness) -> None:
        """Reads the harness's table."""
        self._pool = harness.reader.pool

    async def shards(self, sources: frozenset[str]) -> tuple[str, ...]:
        """One shard."""
        return (SHARD,) if sources else ()

    async def read(
        self, shard: str, sources: frozenset[str], after: LogPosition, limit: int
    ) -> list[Told]:
        """Rows above the last id, whether or not lower ones are still to be committed."""
        records = await self._pool.fetch(
            "select * from log.fact where row > $1 and source = any($2) order by row limit $3",
            after.row,
            sorted(sources),
            limit,
        )
        return [told_of(record, 1) for record in records]

    def signals(self) -> int:
        """Nobody signals."""
        return 0

    async def wait(self, timeout_s: float, *, since: int | None = None) -> None:
        """Never waits."""


async def tell_locking_late(harness: LogHarness, key: str, *, pause_s: float) -> None:
    """R4's mistake: writes first, so that the transaction has its place, and locks afterwards."""
    cause = Cause(actor="test", correlation_id="late-lock")
    async with harness.writer.transaction(cause=cause) as tx:
        await tx.connection.execute("select pg_current_xact_id()")
        await tx.connection.execute("select pg_sleep($1)", pause_s)
        await tx.connection.execute(
            "select pg_advisory_xact_lock($1)", aggregate(key).number(WRITER)
        )
        await tx.tell(a_fact(key))


class PositionFirst(Consumer):
    """R12's mistake: the position is committed before the effect."""

    async def _apply(self, shard: str, batch: list[Told]) -> None:
        async with self._database.transaction(cause=Cause("test", "")) as tx:
            await self._ledger.move(
                tx.connection, shard, self.health.position, batch[-1].position, self._fences[shard]
            )
        self.health.position = batch[-1].position
        async with self._database.transaction(cause=Cause("test", "")) as tx:
            for told in batch:
                await self._take_effect(told, tx)
