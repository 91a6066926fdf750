"""The topics of the log: one table, from which they are made; nothing makes them by accident."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError

from beaconfire_contracts.topics import PARTITIONS
from beaconfire_contracts.topics import TOPICS as OF_SERVICES
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.port import LogAway

FOR_EVER: Final = -1
HOUR_MS: Final = 3_600_000
MIN_IN_SYNC: Final = 2


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: how many partitions it has, and how long it keeps a record (ms, -1 for ever)."""

    source: str
    partitions: int
    retention_ms: int


POSITIONS: Final = Topic("position", PARTITIONS, HOUR_MS)
"""Positions are no facts: they expire, and may lose a tick."""
TOPICS: Final = (
    *(Topic(source, PARTITIONS, FOR_EVER) for source in sorted(OF_SERVICES)),
    POSITIONS,
)
"""Every topic of the log: facts are the record and are never pruned."""


class TopicUnfit(Exception):  # noqa: N818  (told to people as it is)
    """A topic is there that is not as the table says; the message names it."""


async def make_topics(settings: KafkaSettings, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Make what is not there yet; the names of what was made.

    LogAway when no broker lets us in, TopicUnfit for one with another number of partitions.
    """
    admin = AIOKafkaAdminClient(**settings.client("topics"))
    try:
        await admin.start()
        there = {one["topic"]: len(one["partitions"]) for one in await admin.describe_topics()}
        wanted = {settings.topic(topic.source): topic for topic in topics}
        for name, topic in wanted.items():
            if there.get(name, topic.partitions) != topic.partitions:
                raise TopicUnfit(
                    f"{name} has {there[name]} partitions instead of {topic.partitions}"
                )
        missing = {name: topic for name, topic in wanted.items() if name not in there}
        if missing:
            await admin.create_topics(
                [_new(name, topic, settings.replication) for name, topic in missing.items()]
            )
    except TopicAlreadyExistsError:
        return []
    except (KafkaError, OSError) as error:
        raise LogAway(settings.unreached) from error
    finally:
        await admin.close()
    return list(missing)


def _new(name: str, topic: Topic, replication: int) -> NewTopic:
    return NewTopic(
        name,
        topic.partitions,
        replication,
        topic_configs={
            "cleanup.policy": "delete",
            "retention.ms": str(topic.retention_ms),
            "retention.bytes": "-1",
            "min.insync.replicas": str(min(MIN_IN_SYNC, max(1, replication - 1))),
            "unclean.leader.election.enable": "false",
        },
    )
