"""The position stream on Kafka: a topic that may lose a tick, and on which nobody ever waits.

Its records are no facts: a JSON array of fixes, keyed by a bucket of unit ids, without CloudEvents
attributes (docs/adr/0007). A reader begins at the end: where units are now is asked of geo.
"""

import asyncio
import zlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import msgspec
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.clock import wall_now
from beaconfire_platform.codec import encode_bytes
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.log.kafka.client import begin, looking, stop, whole
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import shard_of
from beaconfire_platform.log.kafka.unpacking import Lost
from beaconfire_platform.log.patience import back_off_s, end_if_cancelled
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.our_words import said_of
from beaconfire_platform.positions import LocalPositionReader, LocalPositionStream
from beaconfire_platform.telemetry import POSITIONS_GARBLED

BUCKETS: Final = 60
"""A multiple of the partitions: units of one bucket travel together and stay in order."""
FIXES_AT_ONCE_MAX: Final = 1_000
SEND_S_MAX: Final = 5.0
WAIT_MS: Final = 500
AHEAD_MAX: Final = timedelta(days=31)
"""A fix from later than this would be the unit's newest for as long. Geo takes in five minutes by
its own clocks; a day that is replayed fast may be days ahead of the wall."""
NO_FIXES: Final = "it is no array of fixes"
TOO_LATE: Final = "a fix of it is from the future"
_FIXES: Final = msgspec.json.Decoder(list[Fix])
_log: Final = structlog.get_logger(__name__)


class KafkaPositionStream:
    """Fixes of this process go out, fixes of all processes come in."""

    def __init__(self, settings: KafkaSettings, presence: Presence) -> None:
        """Nothing runs yet: `send_forever` where fixes are published, `hear_forever` where read."""
        self._settings = settings
        self._presence = presence
        self._topic = settings.topic("position")
        self._outgoing = LocalPositionReader()
        self._incoming = LocalPositionStream()
        self._is_read = asyncio.Event()

    def publish(self, fixes: Iterable[Fix]) -> None:
        """Offer fixes to every reader in every process; of each unit the newest is kept."""
        self._outgoing.offer(fixes)

    def reader(self) -> LocalPositionReader:
        """A new reader, which sees what is published from now on."""
        self._is_read.set()
        return self._incoming.reader()

    async def send_forever(self) -> None:
        """Send what is offered; what cannot be sent now is lost, as the next fix is newer."""
        failures = 0
        while True:
            try:
                await self._send()
            except (KafkaError, OSError, TimeoutError) as error:
                failures += 1
                _log.warning("positions_not_sent", **said_of(error), in_a_row=failures)
                await asyncio.sleep(back_off_s(failures))
            end_if_cancelled()

    async def hear_forever(self) -> None:
        """Hear what is sent from now on; where nobody reads, the broker is not asked for any."""
        await self._is_read.wait()
        failures = 0
        while True:
            try:
                await self._hear()
            except (KafkaError, OSError, TimeoutError) as error:
                failures += 1
                _log.warning("positions_not_heard", **said_of(error), in_a_row=failures)
                await asyncio.sleep(back_off_s(failures))
            end_if_cancelled()

    async def _send(self) -> None:
        await self._knock()
        producer = AIOKafkaProducer(**self._settings.client("positions"), acks=1, linger_ms=10)
        try:
            await begin(producer)
            while True:
                fixes = await self._outgoing.take()
                async with asyncio.timeout(SEND_S_MAX):
                    sent = [
                        await producer.send(self._topic, value, key)
                        for key, value in _records(fixes)
                    ]
                    await asyncio.gather(*sent)
        finally:
            await stop(producer)

    async def _hear(self) -> None:
        await self._knock()
        partitions = [TopicPartition(self._topic, number) for number in range(PARTITIONS)]
        async with looking(self._settings) as client:
            client.assign(partitions)
            ends = await whole(client.end_offsets(partitions))
            for one, end in ends.items():
                client.seek(one, end)
            while True:
                found = await client.getmany(timeout_ms=WAIT_MS)
                for one, records in found.items():
                    self._take_in(shard_of(one), records)
                if not found:
                    await self._knock()

    def _take_in(self, shard: str, records: Iterable[Any]) -> None:
        """What is no array of fixes that can be is let fall: told by where it lies and why, and
        counted.
        """
        fallen: dict[str, list[int]] = defaultdict(list)
        latest = wall_now() + AHEAD_MAX
        for record in records:
            if isinstance(record.checksum, Lost):
                fallen[record.checksum.why].append(record.checksum.first)
                continue
            try:
                fixes = _FIXES.decode(record.value or b"")
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                fallen[NO_FIXES].append(record.offset)
                continue
            if any(one.observed_at > latest for one in fixes):
                fallen[TOO_LATE].append(record.offset)
            else:
                self._incoming.publish(fixes)
        for why, offsets in fallen.items():
            POSITIONS_GARBLED.labels(why).inc(len(offsets))
            _log.warning("positions_garbled", shard=shard, offset=offsets[0],
                         records=len(offsets), reason=why)  # fmt: skip

    async def _knock(self) -> None:
        if not await self._presence.is_here():
            raise LogAway(self._settings.unreached)


def _records(fixes: FixBatch) -> Iterable[tuple[bytes, bytes]]:
    buckets: dict[int, list[Fix]] = defaultdict(list)
    for fix in fixes:
        buckets[zlib.crc32(fix.unit_id.encode()) % BUCKETS].append(fix)
    for bucket, members in buckets.items():
        for start in range(0, len(members), FIXES_AT_ONCE_MAX):
            yield str(bucket).encode(), encode_bytes(members[start : start + FIXES_AT_ONCE_MAX])
