"""Where facts and positions travel when services run apart: one topic a service, and how wide.

A topic is internal; bodies outside read `SHARED`, which agency fills by right (docs/adr/0003).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Topic:
    """One stream of records on Kafka and into how many partitions keys are dealt (主题)."""

    name: str
    partitions: int


PARTITIONS: Final = 12
"""For ever: a key keeps its order only while it keeps its partition. 12 divides by 2, 3, 4, 6."""
POSITION: Final = Topic("beaconfire.position.v1", PARTITIONS)
"""Where units are: no facts, and allowed to lose a tick."""
TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        service: Topic(f"beaconfire.{service}.v1", PARTITIONS)
        for service in ("incident", "geo", "dispatch", "agency")
    }
)
"""The topic of each service that tells facts."""
SHARED: Final = "beaconfire.shared.{agency}.v1"
"""The topic of one agency outside, by its code."""
SHARED_PARTITIONS: Final = 3
"""For ever, as keys keep their order in them; one body reads a small part of what happens."""
