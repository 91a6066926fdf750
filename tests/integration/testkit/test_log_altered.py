"""A log that is changed on its way keeps each stream's order where it only shuffles."""

from collections.abc import Sequence

import pytest

from beaconfire_contracts.envelope import START
from beaconfire_platform.log.port import Garbled, Read
from beaconfire_platform.log.postgres import SHARD
from beaconfire_testkit.log_altered import Altered, shuffled
from beaconfire_testkit.log_harness import WRITER, LogHarness

SOURCES = frozenset({WRITER})


async def told(harness: LogHarness) -> None:
    for _ in range(4):
        await harness.tell("a")
        await harness.tell("b")
        await harness.tell("c")


async def taken(log: Altered) -> list[tuple[str, int]]:
    """Key and version of one batch."""
    reader = log.reader("any", SOURCES)
    assert await reader.shards() == frozenset(await log.shards(SOURCES))
    async with reader.steady():
        batch = await reader.take({SHARD: START}, 100)
    await reader.close()
    return [(one.key, one.key_version) for one in batch[SHARD] if not isinstance(one, Garbled)]


@pytest.mark.parametrize("seed", range(5))
async def test_shuffled_streams_keep_their_order_and_the_last_place(
    database: str, seed: int
) -> None:
    async with LogHarness(database).running() as harness:
        await told(harness)
        straight = await taken(Altered(harness.log, list))
        mixed = await taken(shuffled(harness.log, seed))
        again = await taken(shuffled(harness.log, seed))

    assert mixed != straight
    assert mixed == again
    assert sorted(mixed) == sorted(straight)
    assert mixed[-1] == straight[-1]
    for key in "abc":
        assert [one for one in mixed if one[0] == key] == [(key, number) for number in range(1, 5)]


async def test_the_past_is_not_changed(database: str) -> None:
    def nothing(_batch: Sequence[Read]) -> Sequence[Read]:
        return []

    async with LogHarness(database).running() as harness:
        await told(harness)
        altered = Altered(harness.log, nothing)

        assert await taken(altered) == []
        assert None not in await altered.read_each(SHARD, SOURCES, [START])
