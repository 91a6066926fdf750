"""At the start a service tries what it must not be able to do: write on another's topic.

A broker whose rights are too wide looks like one that works, until somebody writes what is not
theirs. Nothing is ever written by this: what is sent holds no record, and a broker looks at the
sender's rights before it looks at that.
"""

from collections.abc import Sequence
from typing import Any, Final

from aiokafka.errors import KafkaError, TopicAuthorizationFailedError
from aiokafka.protocol.produce import ProduceRequest

from beaconfire_contracts.topics import TOPICS
from beaconfire_platform.log.kafka.client import Asking, begin, stop, whole
from beaconfire_platform.log.kafka.settings import SASL_SSL, KafkaSettings
from beaconfire_platform.log.port import LogAway

WRITER_OF_POSITIONS: Final = "geo"
WRITER_OUTSIDE: Final = "agency"
ANSWER_MS_MAX: Final = 5_000


class RightsTooWide(Exception):  # noqa: N818  (told to people as it is)
    """The broker would let us write what is not ours to write; the message names it."""


async def check_rights(settings: KafkaSettings, service: str) -> None:
    """RightsTooWide unless the broker refuses each write that is not this service's own.

    LogAway when no broker answers. Without users (`PLAINTEXT`) there are no rights to look at.
    """
    if settings.security != SASL_SSL:
        return
    wide = await writable(settings, foreign_topics(settings, service))
    if wide:
        raise RightsTooWide(
            f"Kafka lets the user {settings.username} write on {', '.join(wide)}, which is for "
            "others alone: take that right away, and let nobody in without rights "
            "(allow.everyone.if.no.acl.found=false)"
        )


def foreign_topics(settings: KafkaSettings, service: str) -> list[str]:
    """On which topics this service must not write."""
    foreign = [one for one in sorted(TOPICS) if one != service]
    if service != WRITER_OF_POSITIONS:
        foreign.append("position")
    if service != WRITER_OUTSIDE:
        foreign.append("shared.self-check")
    return [settings.topic(one) for one in foreign]


async def writable(settings: KafkaSettings, topics: Sequence[str]) -> list[str]:
    """Those of the topics on which the broker would let us write; LogAway when none answers."""
    client = Asking(**settings.client("self-check"))
    nothing = ProduceRequest(None, -1, ANSWER_MS_MAX, [(one, [(0, b"")]) for one in topics])
    try:
        await begin(client)
        answer = await whole(client.send(client.get_random_node(), nothing))
    except (KafkaError, OSError) as error:
        raise LogAway(settings.unreached) from error
    finally:
        await stop(client)
    return sorted(name for name, partitions in answer.topics if not _is_refused(partitions))


def _is_refused(partitions: Sequence[Sequence[Any]]) -> bool:
    return all(code == TopicAuthorizationFailedError.errno for _, code, *_ in partitions)
