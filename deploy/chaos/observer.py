"""Consumers of the harness's own, on a database of their own: what they let take effect is a trace.

They die in the middle of an effect now and then. Beside the right one run controls with one mistake
each: a run in which one of them does nothing wrong proves nothing.
"""

import asyncio
import random
from collections.abc import Mapping
from typing import Any, Final

import asyncpg
import structlog

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import FACTS
from beaconfire_contracts.topics import TOPICS
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.log.consumer import GATHER_S, Consumer, Reaction
from beaconfire_platform.log.kafka.log import KafkaLog
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.our_words import said_of
from beaconfire_platform.process.logins import role_of
from beaconfire_platform.schema import ServiceSchema, migrate
from beaconfire_testkit.log_faults import DedupesByTime, DropsWhenFull, PositionFirst
from chaos.trace import Delivery, Stream

SERVICE: Final = "situation"
"""Whose schema holds the books: any would do."""
RIGHT: Final = "observer"
WITNESS: Final = "witness"
"""Another right one, with books of its own: whoever looks sees the same."""
CONTROLS: Final[Mapping[str, type[Consumer]]] = {
    "position-first": PositionFirst,
    "dedupe-by-time": DedupesByTime,
    "drop-when-full": DropsWhenFull,
}
CONTROL_GATHER_S: Final = 0.25
"""Four more who read everything must leave the machine to what is looked at."""
DEATHS_SHARE: Final = 0.002
"""So many effects are the last thing that a consumer does."""
BEGIN_AGAIN_S: Final = 0.3
_log: Final = structlog.get_logger(__name__)
_EFFECT: Final = f"""
    create table if not exists {SERVICE}.effect (
        consumer text not null, source text not null, key text not null, version bigint not null,
        fact_id uuid not null, seen_at timestamptz not null default clock_timestamp(),
        at bigint generated always as identity
    );
    grant select, insert on {SERVICE}.effect to {role_of(SERVICE)};
"""
_TAKEN: Final = """
    insert into effect (consumer, source, key, version, fact_id) values ($1, $2, $3, $4, $5)
"""
_DELIVERIES: Final = """
    select source, key, version, fact_id, seen_at from effect where consumer = $1 order by at
"""


class Died(BaseException):
    """A consumer's process is gone."""


class Observer:
    """Two instances of the right consumer that share the shards, a witness, and the controls."""

    def __init__(self, dsn: str, kafka: KafkaSettings, *, seed: int) -> None:
        """`dsn` may make everything in an empty database."""
        self._dsn = dsn
        self._kafka = kafka
        self._random = random.Random(seed)  # noqa: S311  (deaths, not secrets)
        self._tasks: list[asyncio.Task[None]] = []
        self.deaths = 0
        self._database: Database

    async def start(self) -> None:
        """Make the books and begin."""
        await migrate(
            self._dsn, [ServiceSchema(SERVICE, role_of(SERVICE), f"beaconfire_{SERVICE}")]
        )
        owner = await asyncpg.connect(self._dsn)
        await owner.execute(_EFFECT)
        await owner.close()
        self._database = await Database.connect(
            SERVICE, self._dsn, bell=Doorbell(), role=role_of(SERVICE)
        )
        for instance in ("one", "two"):
            self._tasks.append(asyncio.create_task(self._live(Consumer, RIGHT, instance)))
        for name, kind in {WITNESS: Consumer, **CONTROLS}.items():
            live = self._live(kind, name, "one", gather_s=CONTROL_GATHER_S)
            self._tasks.append(asyncio.create_task(live))

    async def stop(self) -> None:
        """End them; the trace stays."""
        for one in self._tasks:
            one.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Give the database back."""
        await self._database.close()

    async def heads(self, name: str = RIGHT) -> dict[Stream, int]:
        """The last version of each stream that took effect, as the books have it."""
        rows = await self._database.pool.fetch(
            "select source, key, version from seen where consumer = $1", name
        )
        return {(row["source"], row["key"]): row["version"] for row in rows}

    async def deliveries(self, name: str) -> list[Delivery]:
        """What one of them let take effect, in that order."""
        rows = await self._database.pool.fetch(_DELIVERIES, name, timeout=60)
        return [
            Delivery(
                (row["source"], row["key"], row["version"]), str(row["fact_id"]), row["seen_at"]
            )
            for row in rows
        ]

    async def _live(
        self, kind: type[Consumer], name: str, instance: str, *, gather_s: float = GATHER_S
    ) -> None:
        """A process that dies and is started again, for ever."""
        while True:
            presence = Presence(self._kafka)
            log = KafkaLog(self._kafka, self._database, f"{name}-{instance}", presence)
            reaction = Reaction(self._effect(name))
            consumer = kind(
                name,
                log=log,
                database=self._database,
                sources=frozenset(TOPICS),
                reactions={spec.factclass: reaction for spec in FACTS.values()},
                gather_s=gather_s,
            )
            try:
                await consumer.run()
            except Died:
                self.deaths += 1
            except Exception as error:  # noqa: BLE001  (as whoever keeps a service running)
                _log.warning("observer_ended", consumer=name, **said_of(error))
            await asyncio.sleep(BEGIN_AGAIN_S)

    def _effect(self, name: str) -> Any:
        async def effect(told: Envelope[Any], tx: Tx) -> None:
            tx.later(_TAKEN, name, told.source, told.key, told.key_version, told.id)
            if self._random.random() < DEATHS_SHARE:
                raise Died

        return effect
