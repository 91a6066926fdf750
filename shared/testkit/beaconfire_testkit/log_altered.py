"""A log whose batches are changed on their way: shuffled across streams, with a hole, repeated."""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.port import Batch, FactLog, Facts, Garbled, LogReader, Read, Share

Change = Callable[[Sequence[Read]], Sequence[Read]]
"""One shard's part of a batch, changed; its last place must stay the last."""


class AlteredReader:
    """A reader of which every batch is changed."""

    def __init__(self, reader: LogReader, change: Change) -> None:
        """Over the log's own reader."""
        self._reader = reader
        self._change = change

    async def shards(self) -> frozenset[str]:
        """The reader's own."""
        return await self._reader.shards()

    def steady(self) -> AbstractAsyncContextManager[None]:
        """The reader's own."""
        return self._reader.steady()

    async def take(self, after: Mapping[str, LogPosition], limit: int) -> Batch:
        """The changed batch."""
        batch = await self._reader.take(after, limit)
        return {shard: self._change(found) for shard, found in batch.items()}

    def ahead(self, after: Mapping[str, LogPosition], known: Collection[str]) -> Facts:
        """None of what was not changed."""
        del after, known
        return ()

    async def behind(self, at: Mapping[str, LogPosition]) -> int | None:
        """The reader's own."""
        return await self._reader.behind(at)

    async def ends(self, shards: frozenset[str]) -> Mapping[str, LogPosition]:
        """The reader's own."""
        return await self._reader.ends(shards)

    async def wait(self, timeout_s: float) -> None:
        """The reader's own waiting."""
        await self._reader.wait(timeout_s)

    async def close(self) -> None:
        """Close the reader."""
        await self._reader.close()


class Altered:
    """A log of which every batch is changed by a function."""

    def __init__(self, log: FactLog, change: Change) -> None:
        """Over a real log."""
        self._log = log
        self._change = change

    def reader(
        self,
        consumer: str,
        sources: frozenset[str],
        *,
        share: Share = Share.DEALT,
        gather_s: float = 0.0,
    ) -> AlteredReader:
        """A reader of the real log, changed."""
        return AlteredReader(
            self._log.reader(consumer, sources, share=share, gather_s=gather_s), self._change
        )

    async def shards(self, sources: frozenset[str]) -> tuple[str, ...]:
        """The log's own shards."""
        return await self._log.shards(sources)

    async def place_at(self, shard: str, moment: datetime) -> LogPosition:
        """The log's own."""
        return await self._log.place_at(shard, moment)

    async def read_each(
        self, shard: str, sources: frozenset[str], places: Sequence[LogPosition]
    ) -> Sequence[Read | None]:
        """What the log has: the past is not changed."""
        return await self._log.read_each(shard, sources, places)


def shuffled(log: FactLog, seed: int) -> Altered:
    """A log whose batches come shuffled across streams, each stream in order, as Kafka may.

    The same seed shuffles the same way.
    """
    chance = random.Random(seed)  # noqa: S311  (a test's order, not a secret)
    return Altered(log, lambda batch: _shuffle(batch, chance))


def _shuffle(batch: Sequence[Read], chance: random.Random) -> list[Read]:
    streams: dict[tuple[str, str], list[Read]] = defaultdict(list)
    for told in batch[:-1]:
        streams[("", "") if isinstance(told, Garbled) else (told.source, told.key)].append(told)
    mixed: list[Read] = []
    while streams:
        stream = chance.choice(sorted(streams))
        mixed.append(streams[stream].pop(0))
        if not streams[stream]:
            del streams[stream]
    return [*mixed, batch[-1]]
