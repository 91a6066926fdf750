"""Makes the archive of classes with which a broker starts in half the time (`make setup-kafka`).

Java writes down, at the end of one short life of a broker, which classes that life needed and how
they lay in memory.
"""

import asyncio
import shutil

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from beaconfire_testkit.kafka import Broker
from beaconfire_testkit.kafka_jars import Kafka
from beaconfire_testkit.memory import server_folder

TOPIC = "archive"


async def make_archive(kafka: Kafka) -> None:
    """Live through what tests do with a broker: a topic, records, a group, an orderly end."""
    made = kafka.archive.with_suffix(".new")
    folder = server_folder("beaconfire-kafka-")
    broker = Broker(kafka, folder, java_options=(f"-XX:ArchiveClassesAtExit={made}",))
    try:
        await broker.start()
        await _use(broker)
        await broker.stop()
    finally:
        await broker.kill()
        shutil.rmtree(folder, ignore_errors=True)
    made.replace(kafka.archive)


async def _use(broker: Broker) -> None:
    admin = AIOKafkaAdminClient(**broker.client)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    finally:
        await admin.close()
    async with AIOKafkaProducer(**broker.client, enable_idempotence=True) as producer:
        await producer.send_and_wait(TOPIC, b"{}", b"key", headers=[("ce_id", b"1")])
    reader = AIOKafkaConsumer(
        TOPIC, **broker.client, group_id="archive", auto_offset_reset="earliest"
    )
    async with reader:
        await reader.getone()
        await reader.commit()


if __name__ == "__main__":
    asyncio.run(make_archive(Kafka.here()))
