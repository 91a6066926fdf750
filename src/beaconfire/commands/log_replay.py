"""`beaconfire log replay`: a projection is dropped and made again from the log alone.

Done while the service stands still. What is interrupted is no harm: position and effect move
together, so another replay, or the service itself, goes on where it ended.
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg

from beaconfire.commands.log_ask import actor_here
from beaconfire.commands.on_node import login_of, owner_of, url_variable
from beaconfire.node.instance import Instance
from beaconfire.node.options import default_folder
from beaconfire.node.postgres import Postgres
from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.log.books import Books, read_books
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka.ends import ends_of
from beaconfire_platform.log.kafka.log import KafkaLog
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_platform.our_words import Fenced
from beaconfire_platform.process.clock_row import load_clock
from beaconfire_situation.entrypoints.consumer import SOURCES
from beaconfire_situation.main import date_ends, drop_picture, file_all, hash_of_picture, replaying

REBUILT: Final = "situation"
"""The one projection that the log alone can make again."""
NOT_REBUILT: Final = {
    "agency": "what bodies outside were told stands as they were told it; they replay their topic",
    "dispatch": "its demands lead to orders, and a second time it might order otherwise",
    "geo": "it tells where incidents lie by the map in force: release the layer to place them anew",
    "incident": "its timeline moves incidents on, which are its own and made by no fact of others",
}
"""Why the others are not: each decides, or is the record itself. Unpark what waits there."""
_OTHERS: Final = """
    select count(*) from pg_stat_activity
    where application_name = 'beaconfire' and datname = current_database()
      and pid <> pg_backend_pid()
"""
_INTENTS: Final = "select count(*) from intent where consumer = $1"
LOOK_AGAIN_S: Final = 0.05
STILL_S_MAX: Final = 30.0
"""Nothing was read for so long though there is more: somebody else has the shards."""
LEAVING_S_MAX: Final = 1.0
"""A connection that was closed stays in PostgreSQL's list until its process there has ended."""
Say = Callable[[str], None]


class NotNow(Exception):  # noqa: N818  (told to people as it is)
    """It cannot be replayed as things are; the message says what to do first."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it."""

    facts: int
    seconds: float
    before: str
    after: str
    intents: int
    parked: int
    came: bool = False
    """Others told more while it was read: then both pictures may well differ."""

    @property
    def rate(self) -> float:
        """Facts a second."""
        return self.facts / self.seconds if self.seconds else 0.0

    def lines(self) -> list[str]:
        """What a person wants to know of it."""
        same = "the same as before" if self.after == self.before else f"before it was {self.before}"
        if self.came and self.after != self.before:
            same += ", but more was told meanwhile: stop the other services too to compare"
        return [
            f"{self.facts} facts in {self.seconds:.2f} s: {self.rate:.0f} facts/s",
            f"the picture is {self.after}, {same}",
            f"{self.intents} outside effects asked for, {self.parked} facts parked",
        ]


@asynccontextmanager
async def standing(data: Path | None, database_url: str | None, say: Say) -> AsyncGenerator[None]:
    """The database, where it is a node's own: it runs only while the node does, so it is started.

    CannotStart when the node runs.
    """
    given = database_url or os.environ.get("BEACONFIRE_DATABASE_URL")
    if data is None and (given or os.environ.get(url_variable(REBUILT))):
        yield
        return
    folder = (data or Path(os.environ.get("BEACONFIRE_DATA") or default_folder())).resolve()
    instance = Instance(folder)
    try:
        postgres = Postgres(folder)
        await postgres.begin(say)
        try:
            yield
        finally:
            await postgres.end()
    finally:
        instance.release()


async def replay(reason: str, data: Path | None, database_url: str | None, say: Say) -> Replayed:
    """Drop the picture, read the log again, compare; NotNow when somebody works on it."""
    async with standing(data, database_url, say):
        login = login_of(REBUILT, data, database_url)
        owner = await asyncpg.connect(owner_of(REBUILT, data, database_url), timeout=5)
        try:
            await _require_still(owner)
            database = await Database.connect(
                REBUILT, login.dsn, bell=Doorbell(), connections=3, role=login.role
            )
            try:
                return await _replay(owner, database, reason)
            finally:
                await database.close()
        finally:
            await owner.close()


async def _replay(owner: Any, database: Database, reason: str) -> Replayed:
    async with database.reading() as connection:
        books = await read_books(connection)
        intents = await connection.fetchval(_INTENTS, REBUILT)
    ends = await _ends(books)
    # What was told and not yet read when the service stopped is in the picture made anew: so it
    # must be in the one that it is compared with.
    rest = replaying(database, _log_of(database), _now, from_nothing=False)
    read_before = await _read_all(rest, ends)
    before = await hash_of_picture(owner)
    consumer = replaying(database, _log_of(database), _now)
    await drop_picture(owner, actor_here(), reason)
    began = time.perf_counter()
    read_after = await _read_all(consumer, ends)
    seconds = time.perf_counter() - began
    await date_ends(owner)
    await file_all(database, await load_clock(owner))
    after = await hash_of_picture(owner)
    asked = await database.pool.fetchval(_INTENTS, REBUILT) - intents
    health = consumer.health
    facts = health.applied + health.ignored + health.skipped + health.parked
    came = read_after != read_before
    return Replayed(facts, seconds, before, after, asked, health.parked, came)


async def _require_still(owner: Any) -> None:
    """Whoever folds at the same time would be fenced, and whoever shows it would show a hole."""
    others = await owner.fetchval(_OTHERS)
    asked_until = time.monotonic() + LEAVING_S_MAX
    while others and time.monotonic() < asked_until:
        await asyncio.sleep(LOOK_AGAIN_S)
        others = await owner.fetchval(_OTHERS)
    if others:
        raise NotNow(
            f"{others} connections of running services are open on this database: stop the node, "
            "or every instance of situation, and ask again"
        )
    held = await owner.fetchval(
        "select holder from situation.lease where name = $1 and until > clock_timestamp()",
        f"consumer/{REBUILT}",
    )
    if held is not None:
        raise NotNow(f"{held} holds the picture's lease: stop it, and ask again in two seconds")


def _kafka() -> KafkaSettings | None:
    if not os.environ.get("BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS"):
        return None
    return KafkaSettings.from_environment(os.environ)


def _log_of(database: Database) -> PostgresLog | KafkaLog:
    kafka = _kafka()
    if kafka is None:
        return PostgresLog(database.pool, database.bell)
    return KafkaLog(kafka, database, f"replay-{os.getpid()}", Presence(kafka))


async def _ends(books: Books) -> dict[str, LogPosition]:
    """How far each topic must be read; NotNow for one that has less than was read of it before."""
    kafka = _kafka()
    if kafka is None:
        return {}
    ends = await ends_of(kafka, [kafka.topic(source) for source in SOURCES])
    for place in books.places:
        end = ends.get(place.shard)
        if place.consumer == REBUILT and end is not None and end.row < place.at.row:
            raise NotNow(
                f"{place.shard} ends before what was read of it: start the service that tells it, "
                "wait until its relay filled the topic again, and ask again"
            )
    return ends


async def _read_all(consumer: Consumer, ends: dict[str, LogPosition]) -> dict[str, LogPosition]:
    """Read to the end; how far that is."""
    moved_at = time.monotonic()
    try:
        while (moved := await consumer.step()) or _is_behind(consumer, ends):
            if moved:
                moved_at = time.monotonic()
            elif time.monotonic() - moved_at > STILL_S_MAX:
                raise NotNow("somebody else reads for the picture now: stop it, and ask again")
            else:
                await asyncio.sleep(LOOK_AGAIN_S)
        return dict(consumer.health.positions)
    except Fenced as error:
        raise NotNow("a service was started meanwhile: stop it, and ask again") from error
    finally:
        await consumer.close()


def _is_behind(consumer: Consumer, ends: dict[str, LogPosition]) -> bool:
    at = consumer.health.positions
    return any(end.row and (shard not in at or at[shard].row < end.row)
               for shard, end in ends.items())  # fmt: skip


def _now() -> datetime:
    """When it was read again; when it ended is in the records, and set from there."""
    return datetime.now(UTC)
