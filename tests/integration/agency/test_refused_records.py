"""What brokers refuse of one body's topic alone, in whatever way, disturbs nobody else."""

import asyncio
import os
from dataclasses import replace
from typing import Any

import pytest
import structlog
from aiokafka import AIOKafkaProducer

from beaconfire_agency.adapters.shared_topics import SharedTopics, source_for
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.publisher import POLL_S, Sending
from beaconfire_platform.log.kafka.settings import SASL_SSL, KafkaSettings
from beaconfire_testkit.kafka_secure import OPERATOR, SecureBroker

from . import test_held_topics
from .test_held_topics import (
    LOOKS,
    SHARED,
    WEEK_MS,
    held,
    keep_for,
    tell,
    until,
    versions,
)
from .test_shared_topics import of, publishing, records, subscribed

soon = test_held_topics.soon
"""As there: looked for again at once, sent in small batches."""
SMALL_BYTES = 500
"""A topic that takes no more takes none of our records."""
FIRST_LOOK_S = 0.05
WATCHED_S = 5.0
"""A relay looks twice a second, each time in vain waits twice as long as before."""


class Counting(SharedTopics):
    """Says how many rows it handed over."""

    handed = 0

    async def _hand(self, producer: AIOKafkaProducer, row: Any) -> Sending:
        self.handed += 1
        return await super()._hand(producer, row)


async def user_of(broker: SecureBroker) -> tuple[KafkaSettings, KafkaSettings]:
    """Agency's user on topics of this test's own, of the same name, and whoever may read all."""
    prefix = f"h{os.getpid()}-{new_id()[-8:]}"
    password = await broker.add_user(prefix)
    settings = KafkaSettings(broker.bootstrap, SASL_SSL, prefix, password, broker.ca_file, prefix)
    reading = replace(settings, username=OPERATOR, password=broker.passwords[OPERATOR])
    return settings, reading


async def test_a_topic_that_takes_small_records_only_holds_up_its_body_alone(
    centre: Any, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_platform.log.kafka.publisher.BATCH_ROWS_MAX", 4)
    settings = of(kafka)
    power, water = await subscribed(centre, "power"), await subscribed(centre, "water")
    name = settings.topic(source_for("power"))

    with structlog.testing.capture_logs() as said:
        async with publishing(centre, settings) as topics:
            await records(settings, "power", 1)
            await records(settings, "water", 1)
            await keep_for(settings, "power", WEEK_MS, record_bytes=SMALL_BYTES)
            await tell(centre, *[power, water] * 30)
            of_water = await records(settings, "water", 31)
            unfit = dict(topics.health.unfit)
            await keep_for(settings, "power", WEEK_MS, record_bytes=2**20)
            of_power = await records(settings, "power", 31)
            await until(lambda: not topics.health.unfit)

    assert unfit == {name: "MessageSizeTooLargeError"}
    assert set(map(tuple, versions(of_water).values())) == {(1,)}
    assert (len(versions(of_water)), len(versions(of_power))) == (31, 31)
    assert [one for one in said if one["event"] == "relay_failed"] == []
    assert await held(centre) == []


async def test_what_a_topic_refuses_is_tried_with_one_row_and_ever_less_often(
    centre: Any, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{SHARED}.BATCH_ROWS_MAX", 2_000)
    monkeypatch.setattr(f"{LOOKS}.LOOK_AGAIN_S", FIRST_LOOK_S)
    monkeypatch.setattr(f"{LOOKS}.LOOK_AGAIN_S_MAX", 60.0)
    settings = of(kafka)
    power = await subscribed(centre, "power")

    async with publishing(centre, settings, Counting) as topics:
        await records(settings, "power", 1)
        await keep_for(settings, "power", WEEK_MS, record_bytes=SMALL_BYTES)
        await tell(centre, *[power] * 50)
        await until(lambda: topics.health.unfit)
        topics.handed = 0
        await asyncio.sleep(WATCHED_S)
        in_vain = topics.handed

    assert 2 <= in_vain < 0.8 * WATCHED_S / POLL_S


@pytest.mark.apart
@pytest.mark.parametrize("granted", [True, False])
async def test_a_topic_that_agency_may_not_even_see_holds_up_its_body_alone(
    centre: Any, secure_kafka: SecureBroker, *, granted: bool
) -> None:
    settings, reading = await user_of(secure_kafka)
    of_power, of_water = (settings.topic(source_for(one)) for one in ("power", "water"))
    await secure_kafka.allow(settings.prefix, "CREATE")
    await secure_kafka.allow(settings.prefix, "WRITE", "DESCRIBE", topic=of_water)
    if granted:
        await secure_kafka.allow(settings.prefix, "WRITE", "DESCRIBE", topic=of_power)
    power, water = await subscribed(centre, "power"), await subscribed(centre, "water")
    await tell(centre, *[power, water] * 2)

    async with publishing(centre, settings) as topics:
        found = await records(reading, "water", 3)
        unfit = dict(topics.health.unfit)
        failures = topics.health.failures

    assert len(versions(found)) == 3
    assert unfit == ({} if granted else {of_power: f"{of_power} is there and we may not see it"})
    assert failures == 0


@pytest.mark.apart
async def test_a_right_that_is_taken_and_given_back_disturbs_nobody_else(
    centre: Any, secure_kafka: SecureBroker
) -> None:
    settings, reading = await user_of(secure_kafka)
    user, shared = settings.prefix, f"{settings.prefix}.shared."
    of_power, of_water = (settings.topic(source_for(one)) for one in ("power", "water"))
    await secure_kafka.allow(user, "CREATE", "DESCRIBE", topic=shared, prefix=True)
    await secure_kafka.allow(user, "WRITE", topic=of_water)
    await secure_kafka.allow(user, "WRITE", topic=of_power)
    power, water = await subscribed(centre, "power"), await subscribed(centre, "water")

    with structlog.testing.capture_logs() as said:
        async with publishing(centre, settings) as topics:
            await tell(centre, *[power, water] * 5)
            await records(reading, "power", 6)
            await secure_kafka.forbid(user, "WRITE", topic=of_power)
            await tell(centre, *[power, water] * 5)
            await until(lambda: topics.health.unfit)
            await secure_kafka.allow(user, "WRITE", topic=of_power)
            await records(reading, "power", 11)
            await until(lambda: not topics.health.unfit)
            await tell(centre, *[power, water] * 5)
            power_was_told = await records(reading, "power", 16)
            water_was_told = await records(reading, "water", 16)

    assert [one for one in said if one["event"] == "relay_failed"] == []
    assert (len(versions(power_was_told)), len(versions(water_was_told))) == (16, 16)
