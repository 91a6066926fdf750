"""Planted faults of the log on Kafka: relays and consumers with one known mistake each."""

import asyncio
from typing import Any, Final

from beaconfire_contracts.envelope import LogPosition
from beaconfire_testkit.kafka_harness import KafkaHarness, MortalRelay
from beaconfire_testkit.log_faults import (
    BelievesItsMemory,
    DedupesByTime,
    DropsWhenFull,
    LockingLate,
    ParksLate,
    PositionFirst,
    TrustsItsMemory,
    WithADoor,
)

HOLD_S: Final = 0.3
"""So long a faulty relay stands between its two wrong steps: no chance decides what is caught."""
_ABOVE: Final = "select * from log.fact where row > $1 and source = $2 order by row limit 2000"


class HastyRelay(MortalRelay):
    """R2's mistake: publishes rows above the last id, without asking for the horizon."""

    async def _told_after(self, at: LogPosition) -> list[Any]:
        return await self._database.pool.fetch(_ABOVE, at.row, self._source)


class ForgetfulRelay(MortalRelay):
    """R16's mistake: writes down that something is published, and publishes it afterwards."""

    async def step(self) -> int:
        """The place first."""
        await self._open()
        at = self.health.at
        rows = await self._told_after(at)
        if not rows:
            return 0
        await self._move(LogPosition(at.epoch, rows[-1]["txid"], rows[-1]["row"]), {})
        await asyncio.sleep(HOLD_S)
        producer = await self._open()
        await asyncio.gather(*[await self._send(producer, row) for row in rows])
        return len(rows)


class DisorderlyRelay(MortalRelay):
    """R16's other mistake: what it has at once goes out in any order."""

    async def _told_after(self, at: LogPosition) -> list[Any]:
        await asyncio.sleep(HOLD_S)
        *before, last = await super()._told_after(at) or [None]
        return [] if last is None else [*reversed(before), last]


class TrustingRelay(MortalRelay):
    """What was told here is published as it comes, whatever may come before it."""

    def _handed_after(self, at: LogPosition) -> list[Any]:
        here = self._database.bell.handed
        return [one for one in here if (one["txid"], one["row"]) > (at.txid, at.row)]


class RelayingAboveLast(KafkaHarness):
    """A relay that breaks R2."""

    relay_kind = HastyRelay


class LockingLateOnKafka(LockingLate, KafkaHarness):
    """Writers that break R4."""


class MovingBeforeAcknowledged(KafkaHarness):
    """A relay that breaks R16."""

    relay_kind = ForgetfulRelay


class RelayingOutOfOrder(KafkaHarness):
    """A relay that breaks R16 in the other way."""

    relay_kind = DisorderlyRelay


class CommittingPositionsFirstOnKafka(KafkaHarness):
    """Consumers that break R12."""

    kind = PositionFirst


class DedupingByTimeOnKafka(KafkaHarness):
    """Consumers that break R5 by the clock."""

    kind = DedupesByTime


class DroppingWhenFullOnKafka(KafkaHarness):
    """Consumers that let fall what they have no room for."""

    kind = DropsWhenFull


class BelievingMemoriesOnKafka(KafkaHarness):
    """Consumers that break R12 in the other way."""

    kind = BelievesItsMemory


class TrustingMemoriesOnKafka(KafkaHarness):
    """Consumers that break R12 after their shard was claimed by another."""

    kind = TrustsItsMemory


class ReplayingOutwardsOnKafka(KafkaHarness):
    """Consumers that break R13."""

    kind = WithADoor


class ParkingLateOnKafka(KafkaHarness):
    """Consumers that break R14."""

    kind = ParksLate
