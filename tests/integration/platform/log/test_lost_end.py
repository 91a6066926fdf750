"""The brokers lost the end of a topic that a consumer had read already: it reads it again.

It may be longer again when the consumer comes back, and hold at its place what comes later.
"""

import asyncio

from structlog.testing import capture_logs

from beaconfire_testkit.kafka_harness import KafkaHarness

KEYS = tuple(f"k{number}" for number in range(8))
PATIENCE_S = 30
_FURTHEST = """
    update position set row = row + 50 where consumer = 'ahead' and shard = (
        select shard from position where consumer = 'ahead' and row > 0 order by shard limit 1)
    returning shard
"""
_A_LITTLE_FURTHER = "update position set row = row + 3 where consumer = 'ahead' and row > 0"


async def test_who_stands_beyond_the_end_begins_anew_and_takes_nothing_twice(
    harness: KafkaHarness,
) -> None:
    await harness.tell(*KEYS)
    await harness.published()
    first = harness.consumer("ahead")
    await harness.drain(first)
    await first.close()
    shard = await harness.reader.pool.fetchval(_FURTHEST)
    for _ in range(3):
        await harness.tell(*KEYS)
    await harness.published()

    second = harness.consumer("ahead")
    with capture_logs() as lines:
        running = asyncio.create_task(second.run())
        async with asyncio.timeout(PATIENCE_S):
            while len((await harness.trace("ahead")).effects) < 4 * len(KEYS):  # noqa: ASYNC110  (rows)
                await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    versions = (await harness.trace("ahead")).per_key()
    assert set(map(tuple, versions.values())) == {(1, 2, 3, 4)}
    assert await harness.parked("ahead") == []
    assert [one["shard"] for one in lines if one["event"] == "topic_lost_its_end"] == [shard]
    row = await harness.reader.pool.fetchval(
        "select row from position where consumer = 'ahead' and shard = $1", shard
    )
    assert row < 50


async def test_what_a_shorter_topic_has_before_our_place_is_found_and_nothing_is_parked(
    harness: KafkaHarness,
) -> None:
    await harness.tell(*KEYS)
    await harness.published()
    first = harness.consumer("ahead")
    await harness.drain(first)
    await first.close()
    for _ in range(6):
        await harness.tell(*KEYS)
    await harness.published()
    await harness.reader.pool.execute(_A_LITTLE_FURTHER)

    second = harness.consumer("ahead")
    with capture_logs() as lines:
        await harness.drain(second)

    assert set(map(tuple, (await harness.trace("ahead")).per_key().values())) == {
        (1, 2, 3, 4, 5, 6, 7)
    }
    assert await harness.parked("ahead") == []
    again = [one["shard"] for one in lines if one["event"] == "shard_read_again"]
    assert len(again) == len(set(again)) > 0
