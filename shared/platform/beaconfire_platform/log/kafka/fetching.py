"""The clients that fetch for one reader: one for all its topics, or for each topic one of its own.

A broker's answer names every partition that was asked for, and both sides go through each of them.
Who lets records gather is answered rarely, and has one client; who hurries is answered for nearly
each record, and asks for the partitions of one topic at a time (docs/adr/0056).
"""

import asyncio
from collections import deque
from collections.abc import Collection, Mapping
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from beaconfire_platform.log.kafka.client import begin, past_client, stop, whole
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import shard_of
from beaconfire_platform.log.port import LogStuck

STALLED_S_MAX: Final = 30.0
"""A client that gives nothing for so long though there is more has died on its feet (R18)."""
LOOK_S_MAX: Final = 5.0
GRACE_S: Final = 1.0
"""What is there may be on its way, and a broker lets it gather for less than that."""
GATHERED_BYTES: Final = 65_536
"""So much is sent at once, however briefly it gathered: some hundred facts."""
RECORDS_MAX: Final = 1_000
"""So many of one client wait to be read; the rest stays as it was sent."""
ASKED_MS: Final = 60_000
"""So long a client is asked for what comes, over and over; it ends for nobody who waits less."""


class Fetching:
    """What has come of some topics and was not read yet."""

    def __init__(self, settings: KafkaSettings, topics: tuple[str, ...], gather_s: float) -> None:
        """Nothing is opened before `begin`."""
        if gather_s:
            gathering = {
                "fetch_min_bytes": GATHERED_BYTES,
                "fetch_max_wait_ms": int(gather_s * 1_000),
            }
            self._of = dict.fromkeys(topics, past_client(settings, **gathering))
        else:
            self._of = {topic: past_client(settings) for topic in topics}
        self._clients = tuple(dict.fromkeys(self._of.values()))
        self._asked: dict[AIOKafkaConsumer, asyncio.Task[dict[TopicPartition, list[Any]]]] = {}
        self.come: dict[TopicPartition, deque[Any]] = {}
        """By partition; whoever reads takes from the left."""
        self._waits_since = dict[AIOKafkaConsumer, float]()

    async def begin(self) -> set[str]:
        """Connect; answers which topics are there."""
        for client in self._clients:
            await begin(client)
        return await whole(self._clients[0].topics())

    async def stop(self) -> None:
        """End whatever is under way, also when we are cancelled meanwhile."""
        await whole(self._stop())

    async def _stop(self) -> None:
        asked = set(self._asked.values())
        for task in asked:
            task.cancel()
        await asyncio.gather(*map(stop, self._clients))
        await asyncio.gather(*asked, return_exceptions=True)

    def assign(self, wanted: Collection[TopicPartition]) -> None:
        """Be at these partitions and no others; what had come of any is dropped."""
        self._gather()
        self.come.clear()
        for client in self._clients:
            of_it = [one for one in wanted if self._of[one.topic] is client]
            if of_it or client.assignment():
                client.assign(of_it)
                self._wait_anew(client)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Go on from an offset; what had come of the partition is dropped."""
        self._gather()
        self.come.pop(partition, None)
        client = self._of[partition.topic]
        client.seek(partition, offset)
        self._wait_anew(client)

    def highwater(self, partition: TopicPartition) -> int | None:
        """The offset of what comes next on it, as the broker told with what it sent last."""
        client = self._of[partition.topic]
        return client.highwater(partition) if partition in client.assignment() else None

    @property
    def has_come(self) -> bool:
        """Whether anything waits to be read."""
        return any(self.come.values())

    async def fetch(self, timeout_s: float) -> None:
        """Wait until something comes, or for so long; KafkaError of any client."""
        self._throw()  # first: what the others have never ends
        for client in self._clients:
            if client not in self._asked and client.assignment():
                asked = client.getmany(timeout_ms=ASKED_MS, max_records=RECORDS_MAX)
                self._asked[client] = asyncio.create_task(asked)
                self._wait_anew(client)
        await asyncio.sleep(0)  # who was asked just now answers with what had come already
        if timeout_s and not any(task.done() for task in self._asked.values()) and self._asked:
            await asyncio.wait(
                self._asked.values(), timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
            )
        if not self._gather():
            self._throw()

    def _gather(self) -> bool:
        """Take what came of each client that was asked and has answered; whether anything did."""
        is_any = False
        for client, task in list(self._asked.items()):
            if not task.done() or task.cancelled() or task.exception() is not None:
                continue
            del self._asked[client]
            for one, records in task.result().items():
                self.come.setdefault(one, deque()).extend(records)
                is_any = True
        return is_any

    def _throw(self) -> None:
        """What went wrong with a client, once; it is asked anew by whoever keeps it."""
        for client, task in list(self._asked.items()):
            if task.done() and (task.cancelled() or task.exception() is not None):
                del self._asked[client]
                task.result()

    def _wait_anew(self, client: AIOKafkaConsumer) -> None:
        """From now on it is waited for."""
        self._waits_since[client] = asyncio.get_running_loop().time()

    async def look(self, client: AIOKafkaConsumer, at: Mapping[TopicPartition, int]) -> None:
        """LogStuck where one has given nothing for long though there is more than we are at.

        Each by itself: others that go on would hide one that stands still. Asked is a client that
        fetches nothing: brokers answer one after another, and a quiet topic's answer waits.
        """
        still = self._still()
        asked = [one for one in at if self._of[one.topic] in still]
        if not asked:
            return
        async with asyncio.timeout(LOOK_S_MAX):
            ends = await whole(client.end_offsets(asked))
        await asyncio.sleep(GRACE_S)
        still &= self._still()
        for one in asked:
            if self._of[one.topic] in still and ends[one] > at.get(one, ends[one]):
                raise LogStuck(f"nothing came of {shard_of(one)} though there is more")

    def _still(self) -> set[AIOKafkaConsumer]:
        """Who was asked long ago and has not answered yet."""
        long_ago = asyncio.get_running_loop().time() - STALLED_S_MAX
        return {
            client
            for client, task in self._asked.items()
            if not task.done() and self._waits_since[client] <= long_ago
        }
