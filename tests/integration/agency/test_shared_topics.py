"""What bodies were told comes on a topic of each, in order, as CloudEvents that name nobody."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer

from beaconfire_agency.adapters.shared_topics import SharedTopics, source_for, tidy
from beaconfire_contracts.topics import SHARED_PARTITIONS
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.settings import KafkaSettings

from .subscribers import opened, placed

HEADERS = {
    "content-type", "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time",
    "ce_keyversion",
}  # fmt: skip


T = TypeVar("T", bound=SharedTopics)


@asynccontextmanager
async def publishing(
    centre: Any, settings: KafkaSettings, kind: type[T] = SharedTopics
) -> AsyncGenerator[T]:
    """What is told outside goes to topics."""
    database = centre.under_test.ground.database
    topics = kind(database, settings, new_id(), Presence(settings))
    running = asyncio.create_task(topics.run())
    try:
        yield topics
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def of(kafka: str) -> KafkaSettings:
    """Topics of this test's own."""
    return KafkaSettings(kafka, prefix=f"s{os.getpid()}-{new_id()[-12:]}")


async def records(settings: KafkaSettings, code: str, count: int) -> Sequence[Any]:
    """So many records of a body's topic, and no more that come soon after."""
    found: list[Any] = []
    topic = settings.topic(source_for(code))
    async with AIOKafkaConsumer(
        topic, **settings.client("test"), group_id=None, auto_offset_reset="earliest"
    ) as consumer:
        async with asyncio.timeout(30):
            while len(found) < count:
                for some in (await consumer.getmany(timeout_ms=200)).values():
                    found.extend(some)
        for some in (await consumer.getmany(timeout_ms=200)).values():
            found.extend(some)
        assert len(consumer.partitions_for_topic(topic) or ()) == SHARED_PARTITIONS
    return found


async def subscribed(centre: Any, code: str) -> dict[str, Any]:
    """A body outside that is told."""
    body = await centre.body(code, f"root.{code}", kind="utility")
    answer = await centre.administrator.post("/v1/subscriptions", json={"body": body["id"]})
    assert answer.status_code == 201, answer.text
    await centre.under_test.catch_up()
    return body


async def test_each_body_gets_its_own_topic_with_its_own_events(centre: Any, kafka: str) -> None:
    settings = of(kafka)
    power, water = await subscribed(centre, "power"), await subscribed(centre, "water")
    fire = opened(power["id"], "root")
    await centre.under_test.tell(fire, placed(fire, "root.d1"), opened(water["id"], "root"))
    await centre.under_test.catch_up()

    async with publishing(centre, settings):
        of_power = await records(settings, "power", 3)
        of_water = await records(settings, "water", 2)

    assert (len(of_power), len(of_water)) == (3, 2)
    of_fire = [one for one in of_power if one.key == fire.incident_id.encode()]
    headers = [dict(one.headers) for one in of_fire]
    assert [one["ce_keyversion"] for one in headers] == [b"1", b"2"]
    assert all(set(one) == HEADERS for one in headers)
    assert {one["ce_type"] for one in headers} == {b"beaconfire.shared.incident-shown.v1"}
    assert all(water["id"].encode() not in one.value for one in of_power)


async def test_whoever_takes_over_sends_on_from_what_was_written_down(
    centre: Any, kafka: str
) -> None:
    settings = of(kafka)
    power = await subscribed(centre, "power")
    async with publishing(centre, settings):
        await records(settings, "power", 1)
    await centre.under_test.tell(opened(power["id"], "root"))
    await centre.under_test.catch_up()

    async with publishing(centre, settings):
        found = await records(settings, "power", 2)

    assert len(found) == 2


async def test_what_no_topic_keeps_any_more_is_dropped(centre: Any) -> None:
    await subscribed(centre, "power")
    database = centre.under_test.ground.database
    await database.pool.execute("update shared_event set time = time - interval '8 days'")
    await subscribed(centre, "water")

    async with database.pool.acquire() as connection:
        await tidy(connection)

    assert await database.pool.fetchval("select count(*) from shared_event") == 1
