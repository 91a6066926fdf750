"""What `/metrics` says of the log, brought up to date at each look: cheap, and never failing it.

Labels are names of services, consumers, shards and leases and words for reasons, of which there are
few; what there is one of for each key is summed. What is said of a shard goes with the shard.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import structlog
from prometheus_client import Gauge

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.database import TROUBLE, Database
from beaconfire_platform.log.books import leases, published, unseen
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.health import RelayHealth
from beaconfire_platform.telemetry import (
    CONSUMER_FAILURES,
    CONSUMER_POSITION,
    FACTS_APPLIED,
    FACTS_BEHIND,
    FACTS_IGNORED,
    FACTS_PARKED,
    FACTS_QUARANTINED,
    FACTS_WAITING,
    KEYS_OVERFULL,
    KEYS_PARKED,
    KEYS_WAITING,
    LEASE_FREE,
    LEASE_HELD,
    LOG_HEAD,
    LOOP_TASKS,
    POSITION_MOVES,
    QUARANTINED_UNSEEN,
    RELAY_ACTIVE,
    RELAY_FAILURES,
    RELAY_PUBLISHED,
    RELAY_UNPUBLISHED,
    SHARDS_HELD,
    TOPIC_UNFIT,
)

LOOK_S_MAX: Final = 1.0
"""A database that takes longer is one that has more to do: unknown this time."""
UNPUBLISHED_COUNTED_MAX: Final = 10_000
_log: Final = structlog.get_logger(__name__)


def measure_consumers(consumers: Sequence[Consumer]) -> None:
    """What each consumer knows of itself."""
    for one in consumers:
        health = one.health
        FACTS_APPLIED.labels(one.name).set(health.applied)
        FACTS_IGNORED.labels(one.name).set(health.ignored)
        FACTS_PARKED.labels(one.name).set(health.parked)
        FACTS_QUARANTINED.labels(one.name).set(health.quarantined)
        POSITION_MOVES.labels(one.name).set(health.moves)
        SHARDS_HELD.labels(one.name).set(len(health.positions))
        KEYS_WAITING.labels(one.name).set(len(health.waiting))
        FACTS_WAITING.labels(one.name).set(sum(health.waiting.values()))
        KEYS_OVERFULL.labels(one.name).set(len(health.overfull))
        for reason, keys in health.parked_for.items():
            KEYS_PARKED.labels(one.name, reason).set(keys)
        _set_positions(one.name, health.positions)
        CONSUMER_FAILURES.labels(one.name).set(health.failures)


def _set_positions(consumer: str, positions: Mapping[str, LogPosition]) -> None:
    """A shard that became another's has no figure here any more: two would tell of it."""
    for gone in _known(CONSUMER_POSITION, "shard", consumer=consumer) - positions.keys():
        CONSUMER_POSITION.remove(consumer, gone)
    for shard, at in positions.items():
        CONSUMER_POSITION.labels(consumer, shard).set(at.row)


def measure_relays(relays: Mapping[str, RelayHealth]) -> None:
    """What each relay knows of itself."""
    for name, relay in relays.items():
        RELAY_ACTIVE.labels(name).set(relay.is_active)
        RELAY_PUBLISHED.labels(name).set(relay.published)
        RELAY_FAILURES.labels(name).set(relay.failures)
        _set_unfit(name, relay.unfit.keys())


def measure_loop() -> None:
    """How many tasks there are, with the one that asks: what is leaked makes it grow.

    Open files are counted by prometheus_client itself, as `process_open_fds`.
    """
    LOOP_TASKS.set(len(asyncio.all_tasks()))


async def measure_lag(consumers: Sequence[Consumer]) -> None:
    """How far behind each consumer is, and where what it reads ends; NaN where nobody can tell."""
    ends: dict[str, LogPosition] = {}
    for one in consumers:
        behind = None
        try:
            async with asyncio.timeout(LOOK_S_MAX):
                behind = await one.behind()
                if not one.health.positions.keys() <= ends.keys():
                    ends |= await one.ends()
        except TROUBLE as error:
            _log.debug("lag_unknown", consumer=one.name, error=type(error).__name__)
        FACTS_BEHIND.labels(one.name).set(math.nan if behind is None else behind)
    _set_heads({shard for one in consumers for shard in one.health.positions}, ends)


def _set_heads(held: AbstractSet[str], ends: Mapping[str, LogPosition]) -> None:
    """Of the shards that are read here at this moment, and of no other."""
    for gone in _known(LOG_HEAD, "shard") - held:
        LOG_HEAD.remove(gone)
    for shard in held:
        LOG_HEAD.labels(shard).set(ends[shard].row if shard in ends else math.nan)


async def measure_books(databases: Sequence[Database], instance: str) -> None:
    """Leases, what is quarantined, what is not published: from each service's own tables."""
    for database in databases:
        try:
            async with asyncio.timeout(LOOK_S_MAX), database.reading() as connection:
                held = await leases(connection)
                quarantined = await unseen(connection)
                told = await published(connection, UNPUBLISHED_COUNTED_MAX)
        except TROUBLE as error:
            _log.debug("books_unknown", service=database.service, error=type(error).__name__)
            RELAY_UNPUBLISHED.set(math.nan)
            continue
        for one in held:
            is_ours = one.is_held and one.holder == instance
            LEASE_HELD.labels(database.service, one.name).set(is_ours)
            LEASE_FREE.labels(database.service, one.name).set(not one.is_held)
        _set_quarantined(database.service, quarantined)
        if told:
            RELAY_UNPUBLISHED.set(sum(one.unpublished for one in told))


def _set_unfit(relay: str, topics: AbstractSet[str]) -> None:
    """What is fit again goes back to nought."""
    for topic in _known(TOPIC_UNFIT, "topic", relay=relay) | topics:
        TOPIC_UNFIT.labels(relay, topic).set(topic in topics)


def _known(gauge: Gauge, label: str, **others: str) -> set[str]:
    """For which values of a label there is a figure beside these others."""
    samples = (one for family in gauge.collect() for one in family.samples)
    return {one.labels[label] for one in samples if others.items() <= one.labels.items()}


def _set_quarantined(service: str, records: dict[str, int]) -> None:
    """What was seen meanwhile goes back to nought."""
    for consumer in _known(QUARANTINED_UNSEEN, "consumer", service=service) | records.keys():
        QUARANTINED_UNSEEN.labels(service, consumer).set(records.get(consumer, 0))
