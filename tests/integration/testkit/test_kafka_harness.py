"""The harness of the log on Kafka: a topic of its own, relays that die, and nothing left behind."""

from aiokafka.admin import AIOKafkaAdminClient

from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.log.kafka.topics import FOR_EVER, Topic, make_topics
from beaconfire_platform.log.port import Garbled
from beaconfire_testkit.kafka_harness import RECORD_BYTES_MAX, KafkaHarness
from beaconfire_testkit.log_harness import WRITER


async def topics(kafka: str) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        return await admin.list_topics()
    finally:
        await admin.close()


async def test_each_has_a_topic_of_its_own_which_is_gone_at_the_end(
    database: str, kafka: str
) -> None:
    harness = KafkaHarness(database, kafka)
    other = KafkaHarness(database, kafka)
    assert harness.topic != other.topic

    async with harness.running():
        assert harness.topic in await topics(kafka)

    assert harness.topic not in await topics(kafka)


async def test_it_is_as_the_table_of_topics_says_and_takes_large_records_besides(
    database: str, kafka: str
) -> None:
    async with KafkaHarness(database, kafka).running() as harness:
        made = await make_topics(harness.settings, [Topic(WRITER, PARTITIONS, FOR_EVER)])
        found = await harness.set_on_topic()

    assert made == [], "it is there, and make_topics refuses one that is not as the table says"
    assert found["max.message.bytes"] == str(RECORD_BYTES_MAX)
    assert (found["retention.ms"], found["min.insync.replicas"]) == ("-1", "1")


async def test_what_is_published_is_on_the_topic_and_what_anybody_puts_there_too(
    database: str, kafka: str
) -> None:
    async with KafkaHarness(database, kafka).running() as harness:
        await harness.tell("a", "b")
        await harness.published()
        await harness.put(None, b"anything", [])

        records = await harness.records()

    assert sum(isinstance(one, Garbled) for one in records) == 1
    assert {one.key for one in records if not isinstance(one, Garbled)} == {"a", "b"}


async def test_a_dead_relay_publishes_nothing_more_and_the_next_of_its_name_goes_on(
    database: str, kafka: str
) -> None:
    async with KafkaHarness(database, kafka).running() as harness:
        await harness.tell("a")
        await harness.published()
        place = await harness.place()
        await harness.kill_relay()
        await harness.tell("a")
        assert await harness.place() == place

        harness.start_relay()
        await harness.published()

        assert len(await harness.records()) == 2
