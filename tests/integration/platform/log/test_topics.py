"""Topics are made from one table, once, by whoever comes first; what is unfit is named."""

import asyncio
import os
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from beaconfire_contracts.topics import PARTITIONS
from beaconfire_contracts.topics import TOPICS as OF_SERVICES
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import (
    HOUR_MS,
    TOPICS,
    Topic,
    TopicUnfit,
    make_topics,
    packed_anew,
)
from beaconfire_platform.log.port import LogAway


@asynccontextmanager
async def admin_of(settings: KafkaSettings) -> AsyncGenerator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**settings.client("test"))
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


@pytest.fixture
async def settings(kafka: str) -> AsyncGenerator[KafkaSettings]:
    """A deployment of its own on the broker."""
    made = KafkaSettings(kafka, prefix=f"t{os.getpid()}-{new_id()[-12:]}")
    yield made
    async with admin_of(made) as admin:
        mine = [one for one in await admin.list_topics() if one.startswith(f"{made.prefix}.")]
        if mine:
            await admin.delete_topics(mine)


async def config_of(settings: KafkaSettings, source: str) -> dict[str, str]:
    async with admin_of(settings) as admin:
        resource = ConfigResource(ConfigResourceType.TOPIC, settings.topic(source))
        [answer] = await admin.describe_configs([resource])
    [found] = answer.to_object()["resources"]
    return {one["config_names"]: one["config_value"] for one in found["config_entries"]}


async def alter(settings: KafkaSettings, source: str, configs: dict[str, str]) -> None:
    """Set these on a topic, and nothing else; then wait until brokers know."""
    altered = ConfigResource(ConfigResourceType.TOPIC, settings.topic(source), configs=configs)
    async with admin_of(settings) as admin:
        await admin.alter_configs([altered])
    async with asyncio.timeout(10):
        while not configs.items() <= (await config_of(settings, source)).items():  # noqa: ASYNC110  (it tells nobody)
            await asyncio.sleep(0.02)


async def test_each_service_that_tells_facts_has_its_topic_and_positions_have_one(
    settings: KafkaSettings,
) -> None:
    made = await make_topics(settings)

    wanted = {settings.topic(source) for source in (*OF_SERVICES, "position")}
    assert set(made) == wanted
    async with admin_of(settings) as admin:
        there = {
            one["topic"]: len(one["partitions"])
            for one in await admin.describe_topics() if one["topic"] in wanted
        }  # fmt: skip
    assert there == dict.fromkeys(wanted, PARTITIONS)


async def test_facts_are_kept_for_ever_and_positions_for_an_hour(settings: KafkaSettings) -> None:
    await make_topics(settings)

    facts, positions = await config_of(settings, "geo"), await config_of(settings, "position")

    assert (facts["retention.ms"], facts["retention.bytes"]) == ("-1", "-1")
    assert facts["cleanup.policy"] == "delete"
    assert facts["unclean.leader.election.enable"] == "false"
    assert positions["retention.ms"] == str(HOUR_MS)


async def test_facts_lie_there_as_they_were_sent_and_where_brokers_pack_them_it_is_told(
    settings: KafkaSettings,
) -> None:
    await make_topics(settings)
    assert (await config_of(settings, "geo"))["compression.type"] == "producer"
    assert await packed_anew(settings) == []
    name = settings.topic("geo")
    await alter(settings, "geo", {"retention.ms": "-1", "compression.type": "zstd"})

    assert await packed_anew(settings) == [
        f"{name} has compression.type=zstd instead of producer: brokers pack every fact anew"
    ]
    assert await make_topics(settings) == [], "it is read all the same"


async def test_what_is_there_is_not_made_again(settings: KafkaSettings) -> None:
    assert len(await make_topics(settings)) == len(TOPICS)

    assert await make_topics(settings) == []


async def test_of_many_who_begin_at_once_each_topic_is_made_by_one(
    settings: KafkaSettings,
) -> None:
    made = await asyncio.gather(*(make_topics(settings) for _ in range(5)))

    names = [name for some in made for name in some]
    assert sorted(names) == sorted(settings.topic(one.source) for one in TOPICS)


async def test_a_topic_with_other_partitions_is_refused_by_name(settings: KafkaSettings) -> None:
    await make_topics(settings, [Topic("geo", 3, -1)])

    with pytest.raises(TopicUnfit, match=r"geo\.v1 has 3 partitions instead of 12"):
        await make_topics(settings)


async def test_what_the_broker_refuses_is_not_taken_for_made(settings: KafkaSettings) -> None:
    three = KafkaSettings(settings.bootstrap, prefix=settings.prefix, replication=3)

    with pytest.raises(TopicUnfit) as refused:
        await make_topics(three)

    said = str(refused.value)
    assert said.endswith(".v1 is refused: InvalidReplicationFactorError"), "the broker's own words"


async def test_where_nobody_answers_the_sentence_says_where_and_what_may_be_wrong() -> None:
    nowhere = KafkaSettings("127.0.0.1:1")

    with pytest.raises(LogAway, match=r"Kafka at 127\.0\.0\.1:1 lets nobody in .*right"):
        await make_topics(nowhere)


@pytest.mark.parametrize(
    ("config", "value"), [("retention.ms", "60000"), ("min.insync.replicas", "2")]
)
async def test_one_that_would_lose_what_it_keeps_is_refused(
    settings: KafkaSettings, config: str, value: str
) -> None:
    await make_topics(settings)
    name = settings.topic("geo")
    await alter(settings, "geo", {"retention.ms": "-1", config: value})

    with pytest.raises(TopicUnfit, match=rf"{re.escape(name)} has {config}={value} instead of"):
        await make_topics(settings)
