"""Topics of the bench's own, made for a section and gone after it."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from beaconfire.bench.brokers import BROKERS, a_topic, bare_producer, brokers
from beaconfire.bench.database import SERVICE


async def test_a_topic_is_there_for_a_section_and_gone_after_it(kafka: str) -> None:
    async with a_topic(kafka) as settings, bare_producer(settings) as producer:
        told = await producer.send_and_wait(settings.topic(SERVICE), b"{}", b"key")
        assert told.offset == 0
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    left = await admin.list_topics()
    await admin.close()

    assert settings.topic(SERVICE) not in left


def test_where_nobody_says_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BROKERS, "kafka:9092")
    named = brokers()
    monkeypatch.setenv(BROKERS, "")

    assert (named, brokers()) == ("kafka:9092", None)
