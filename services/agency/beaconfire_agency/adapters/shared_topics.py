"""What is told to bodies outside, published on a topic for each: agency's second relay."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.topics import SHARED_PARTITIONS
from beaconfire_platform.database import Connection, Database
from beaconfire_platform.log.cloudevent import headers_of
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.publisher import BATCH_ROWS_MAX, Publisher, Sending
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import Topic, make_topics

SOURCE: Final = "shared"
KEPT: Final = timedelta(days=7)
"""A reader may be away over long holidays; what was withdrawn must not lie there for ever."""
_READ: Final = """
    select e.txid, e.row, e.id, b.code, e.type, e.key, e.key_version, e.time, e.data
    from shared_event e join body b on b.id = e.body
    where (e.txid, e.row) > ($1, $2)
      and e.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    order by e.txid, e.row limit $3
"""
_HELD_UP: Final = "select exists (select 1 from shared_event where (txid, row) > ($1, $2))"
# What is not published yet waits, however long the brokers are away; a node publishes nothing.
_TIDY: Final = """
    delete from shared_event e where time < clock_timestamp() - $1::interval and not exists (
        select from relayed r where r.topic like '%.' || $2 and (r.txid, r.row) < (e.txid, e.row))
"""


def source_for(code: str) -> str:
    """What the topic of a body outside is called after: `<prefix>.shared.<code>.v1`."""
    return f"{SOURCE}.{code}"


class SharedTopics(Publisher):
    """Publishes what is told to each body on the topic of that body, which it makes at first."""

    def __init__(
        self, database: Database, settings: KafkaSettings, instance: str, presence: Presence
    ) -> None:
        """`database` is agency's."""
        super().__init__(database, settings, instance, presence, f"{settings.prefix}.{SOURCE}")
        self._made: set[str] = set()

    async def _told_after(self, at: LogPosition) -> Sequence[Any]:
        return await self._database.pool.fetch(_READ, at.txid, at.row, BATCH_ROWS_MAX)

    async def _is_held_up(self, at: LogPosition) -> bool:
        return bool(await self._database.pool.fetchval(_HELD_UP, at.txid, at.row))

    async def _before(self, rows: Sequence[Any]) -> None:
        """Make the topics that are missing, all at once."""
        new = {source_for(row["code"]) for row in rows} - self._made
        if new:
            kept_ms = int(KEPT.total_seconds() * 1_000)
            await make_topics(
                self._settings, [Topic(one, SHARED_PARTITIONS, kept_ms) for one in new]
            )
            self._made |= new

    async def _send(self, producer: AIOKafkaProducer, row: Any) -> Sending:
        return await producer.send(
            self._settings.topic(source_for(row["code"])),
            row["data"].encode(),
            str(row["key"]).encode(),
            headers=shared_headers(row),
        )

    async def _discard(self) -> None:
        self._made.clear()  # whoever broke the connection may have lost the topics as well
        await super()._discard()


def shared_headers(row: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """The headers of an event: what it is and its place in its stream, and nobody's doing."""
    return headers_of(
        (
            ("specversion", "1.0"),
            ("id", str(row["id"])),
            ("source", SOURCE),
            ("type", row["type"]),
            ("subject", str(row["key"])),
            ("time", row["time"].isoformat()),
            ("keyversion", str(row["key_version"])),
        )
    )


async def tidy(connection: Connection) -> None:
    """Drop what no topic keeps any more."""
    await connection.execute(_TIDY, KEPT, SOURCE)
