"""What `beaconfire log status` gathers: each service's books, beside where the log itself ends."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import msgspec

from beaconfire.commands.on_node import login_of, owner_of, unreached
from beaconfire_agency.application.queries import WaitingBody
from beaconfire_agency.entrypoints.consumer import SOURCES as AGENCY
from beaconfire_agency.main import waiting_bodies
from beaconfire_contracts.envelope import START, LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_dispatch.entrypoints.consumer import SOURCES as DISPATCH
from beaconfire_geo.entrypoints.consumer import SOURCES as GEO
from beaconfire_incident.entrypoints.consumer import SOURCES as INCIDENT
from beaconfire_platform.database import TROUBLE, Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.environment import BadSetting
from beaconfire_platform.log.books import (
    COUNTED_MAX,
    Books,
    Lag,
    Place,
    lag_in_table,
    read_books,
)
from beaconfire_platform.log.kafka.ends import ends_of, facts_behind
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.log.postgres import SHARD
from beaconfire_platform.process.horizon import Held, Horizon
from beaconfire_situation.entrypoints.consumer import SOURCES as SITUATION

SOURCES_OF: Final[Mapping[str, frozenset[str]]] = {
    "agency": AGENCY,
    "dispatch": DISPATCH,
    "geo": GEO,
    "incident": INCIDENT,
    "situation": SITUATION,
}
"""Whose facts each consumer reads, by its name: a service's only one is named as it is."""
TELLS_OUTSIDE: Final = "agency"
"""Who publishes for bodies outside, of which some may have to wait."""
CONNECT_S_MAX: Final = 5.0
SHAPE_NODE: Final = "node"
SHAPE_APART: Final = "apart"


@dataclass(frozen=True, slots=True)
class ShardStatus:
    """One shard as one consumer has read it; no position is one that never began."""

    shard: str
    at: LogPosition | None
    moved_at: datetime | None
    lag: int | None
    oldest: datetime | None = None


@dataclass(slots=True)
class ServiceStatus:
    """One service: its books and how far behind its consumers are, or why it is not reached."""

    service: str
    books: Books | None = None
    horizon: Held | None = None
    consumers: dict[str, list[ShardStatus]] = field(default_factory=dict)
    held: list[WaitingBody] = field(default_factory=list)
    error: str | None = None


@dataclass(slots=True)
class Status:
    """All that was asked for; `log_error` says why nobody knows where the log ends, and
    `not_looked_at` which services the environment leaves out."""

    shape: str
    services: list[ServiceStatus]
    ends: dict[str, LogPosition] = field(default_factory=dict)
    log_error: str | None = None
    not_looked_at: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> bytes:
        """For machines: the same, with every shard; positions as `epoch.txid.row`."""
        return msgspec.json.format(msgspec.json.encode(_for_machines(self)))


def _for_machines(told: Any) -> Any:
    """The same of plain members; a position as text, since a number of it may exceed 2^53."""
    if isinstance(told, LogPosition):
        return told.text()
    if is_dataclass(told):
        return {one.name: _for_machines(getattr(told, one.name)) for one in fields(told)}
    if isinstance(told, Mapping):
        return {name: _for_machines(one) for name, one in told.items()}
    return [_for_machines(one) for one in told] if isinstance(told, list | tuple) else told


async def gather(services: Sequence[str], data: Path | None, database_url: str | None) -> Status:
    """Ask every database, and the brokers where the environment names them."""
    kafka, log_error = _kafka()
    found = [await _look_at(one, data, database_url) for one in services]
    shape = SHAPE_NODE if kafka is None and log_error is None else SHAPE_APART
    status = Status(shape, found, log_error=log_error)
    if kafka is not None:
        try:
            status.ends = await ends_of(kafka, _topics(kafka, found))
        except LogAway as error:
            status.log_error = str(error)
    for one in found:
        if one.books is not None and shape == SHAPE_APART:
            one.consumers = _on_topics(one.service, one.books, kafka, status.ends)
    return status


def _kafka() -> tuple[KafkaSettings | None, str | None]:
    if not os.environ.get("BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS"):
        return None, None
    try:
        return KafkaSettings.from_environment(os.environ), None
    except BadSetting as error:
        return None, str(error)


async def _look_at(service: str, data: Path | None, database_url: str | None) -> ServiceStatus:
    status = ServiceStatus(service)
    try:
        login = login_of(service, data, database_url)
        database = await Database.connect(
            service, login.dsn, bell=Doorbell(), connections=1, role=login.role
        )
        try:
            async with database.reading() as connection:
                status.books = await read_books(connection)
                status.consumers = await _in_table(service, status.books, connection)
                if service == TELLS_OUTSIDE:
                    status.held = await waiting_bodies(connection, COUNTED_MAX)
        finally:
            await database.close()
        status.horizon = await _horizon(owner_of(service, data, database_url))
    except TROUBLE as error:
        status.error = unreached(error, service, data, database_url)
    return status


async def _horizon(dsn: str) -> Held:
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1, timeout=CONNECT_S_MAX) as pool:
        return await Horizon(pool).look()


async def _in_table(service: str, books: Books, connection: Any) -> dict[str, list[ShardStatus]]:
    """A node's consumers: the log is the table, and every consumer has the one shard of it."""
    found: dict[str, list[ShardStatus]] = {}
    places = {one.consumer: one for one in books.places if one.shard == SHARD}
    for consumer in sorted(places.keys() | ({service} & SOURCES_OF.keys())):
        place, sources = places.get(consumer), SOURCES_OF.get(consumer)
        at = START if place is None else place.at
        lag = None if sources is None else await lag_in_table(connection, sources, at)
        found[consumer] = [_shard(SHARD, place, lag)]
    return found


def _on_topics(
    service: str, books: Books, kafka: KafkaSettings | None, ends: Mapping[str, LogPosition]
) -> dict[str, list[ShardStatus]]:
    """A service apart: each partition of what its consumers read, by what the broker says."""
    shards: dict[str, dict[str, Place | None]] = {}
    if kafka is not None and service in SOURCES_OF:
        topics = sorted(kafka.topic(source) for source in SOURCES_OF[service])
        shards[service] = {
            f"{topic}/{number}": None for topic in topics for number in range(PARTITIONS)
        }
    for place in books.places:
        shards.setdefault(place.consumer, {})[place.shard] = place
    return {
        consumer: [
            _shard(shard, place, _lag(None if place is None else place.at, ends.get(shard)))
            for shard, place in of_consumer.items()
        ]
        for consumer, of_consumer in shards.items()
    }


def _lag(at: LogPosition | None, end: LogPosition | None) -> Lag | None:
    return None if end is None else Lag(facts_behind(at, end))


def _shard(shard: str, place: Place | None, lag: Lag | None) -> ShardStatus:
    return ShardStatus(
        shard,
        None if place is None else place.at,
        None if place is None else place.moved_at,
        None if lag is None else lag.facts,
        None if lag is None else lag.oldest,
    )


def _topics(kafka: KafkaSettings, found: Sequence[ServiceStatus]) -> set[str]:
    sources = {source for one in found for source in SOURCES_OF.get(one.service, frozenset())}
    told = {one.topic for service in found if service.books for one in service.books.published}
    read = {
        place.shard.rpartition("/")[0]
        for service in found if service.books for place in service.books.places
        if "/" in place.shard
    }  # fmt: skip
    return {kafka.topic(source) for source in sources} | told | read


def look(services: Sequence[str], data: Path | None, database_url: str | None) -> Status:
    """`gather`, for a command."""
    return asyncio.run(gather(services, data, database_url))
