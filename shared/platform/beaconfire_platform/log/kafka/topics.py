"""The topics of the log: one table, from which they are made; nothing makes them by accident."""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    KafkaError,
    NoError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)

from beaconfire_contracts.topics import PARTITIONS
from beaconfire_contracts.topics import TOPICS as OF_SERVICES
from beaconfire_platform.log.kafka.client import Admin, begin, by_controller, stop
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.our_words import InOurWords

FOR_EVER: Final = -1
HOUR_MS: Final = 3_600_000
MIN_IN_SYNC: Final = 2
PACKED: Final = "compression.type"
AS_SENT: Final = "producer"
"""Kafka's word for: as it came. We send facts unpacked."""
THERE_S_MAX: Final = 15.0
LOOK_EVERY_S: Final = 0.02


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


class TopicUnfit(InOurWords):
    """A topic is there that is not as the table says; the message names it."""


async def make_topics(settings: KafkaSettings, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Make what is not there yet; the names of what was made, by us and not by another meanwhile.

    LogAway when no broker lets us in, TopicUnfit for one with another number of partitions, one
    that keeps less than the table says, one that the broker will not have, or one that we may not
    see.
    """
    wanted = {settings.topic(topic.source): topic for topic in topics}
    admin = Admin(**settings.client("topics"))
    try:
        await begin(admin)
        missing = await _missing(admin, wanted)
        await _require_kept(admin, wanted, settings.replication)
        made = await _make(admin, [_new(one, wanted[one], settings.replication) for one in missing])
        async with asyncio.timeout(THERE_S_MAX):
            while missing:  # made is not yet seen by everybody
                await _require_seen(admin, missing)
                missing = await _missing(admin, wanted)
                await asyncio.sleep(LOOK_EVERY_S)
    except (KafkaError, OSError) as error:
        raise LogAway(settings.unreached) from error
    finally:
        await stop(admin)
    return made


async def packed_anew(settings: KafkaSettings, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """A sentence for each topic whose brokers pack anew what we send; it is read all the same.

    LogAway when no broker lets us in.
    """
    admin = Admin(**settings.client("topics"))
    try:
        await begin(admin)
        found = await _set_on(admin, {settings.topic(topic.source) for topic in topics})
    except (KafkaError, OSError) as error:
        raise LogAway(settings.unreached) from error
    finally:
        await stop(admin)
    return [
        f"{name} has {PACKED}={has[PACKED]} instead of {AS_SENT}: brokers pack every fact anew"
        for name, has in found.items()
        if has.get(PACKED) != AS_SENT
    ]


async def _missing(admin: AIOKafkaAdminClient, wanted: Mapping[str, Topic]) -> list[str]:
    """Those that are not there; TopicUnfit when one that is there has other partitions."""
    there = {one["topic"]: len(one["partitions"]) for one in await admin.describe_topics()}
    for name, topic in wanted.items():
        if there.get(name, topic.partitions) != topic.partitions:
            raise TopicUnfit(f"{name} has {there[name]} partitions instead of {topic.partitions}")
    return [name for name in wanted if name not in there]


async def _require_seen(admin: AIOKafkaAdminClient, names: Sequence[str]) -> None:
    """TopicUnfit for one of these, which are there, that brokers do not let us see.

    Asked by name: who asks for all is not told of what is hidden. What is not there would be made
    by that.
    """
    for one in await admin.describe_topics(list(names)):
        if one["error_code"] == TopicAuthorizationFailedError.errno:
            raise TopicUnfit(f"{one['topic']} is there and we may not see it")


async def _require_kept(
    admin: AIOKafkaAdminClient, wanted: Mapping[str, Topic], replication: int
) -> None:
    """TopicUnfit when one that is there would lose what the table says it keeps."""
    for name, has in (await _set_on(admin, wanted.keys())).items():
        for key, value in _kept(wanted[name], replication).items():
            if has.get(key) != value:
                raise TopicUnfit(f"{name} has {key}={has.get(key)} instead of {value}")


async def _set_on(admin: AIOKafkaAdminClient, names: AbstractSet[str]) -> dict[str, dict[str, str]]:
    """What is set on those of these topics that are there and that we may look at."""
    there = {one["topic"] for one in await admin.describe_topics()} & names
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in sorted(there)]
    return {
        found["resource_name"]: {
            one["config_names"]: one["config_value"] for one in found["config_entries"]
        }
        for answer in (await admin.describe_configs(asked) if asked else ())
        for found in answer.to_object()["resources"]
        # who may not look has not made it, and whoever made it looked
        if found["error_code"] != TopicAuthorizationFailedError.errno
    }


async def _make(admin: AIOKafkaAdminClient, new: Sequence[NewTopic]) -> list[str]:
    """The names of those that were made now; TopicUnfit when the broker refused one."""
    if not new:
        return []
    answer = await by_controller(admin.create_topics(list(new)))
    made: list[str] = []
    for name, code, said in (one.values() for one in answer.to_object()["topic_errors"]):
        if code == NoError.errno:
            made.append(name)
        elif (refused := for_code(code)).retriable:
            raise refused(said)
        elif code != TopicAlreadyExistsError.errno:  # what the broker says beside is not our words
            raise TopicUnfit(f"the topic {name} is refused: {refused.__name__}")
    return made


def _new(name: str, topic: Topic, replication: int) -> NewTopic:
    return NewTopic(
        name,
        topic.partitions,
        replication,
        topic_configs=_kept(topic, replication) | {PACKED: AS_SENT},
    )


def _kept(topic: Topic, replication: int) -> dict[str, str]:
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(topic.retention_ms),
        "retention.bytes": "-1",
        "min.insync.replicas": str(min(MIN_IN_SYNC, max(1, replication - 1))),
        "unclean.leader.election.enable": "false",
    }
