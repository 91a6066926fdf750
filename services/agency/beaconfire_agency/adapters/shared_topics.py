"""What is told to bodies outside, published on a topic for each: agency's second relay.

The topic of one body may be unfit: made by somebody else with other partitions, kept for too short,
not ours to see or to write on, for smaller records than ours. Then that body waits, and is sent
what it missed once its topic is fit.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    BrokerResponseError,
    ClusterAuthorizationFailedError,
    InvalidProducerEpoch,
    InvalidRequiredAcksError,
    OutOfOrderSequenceNumber,
    SaslAuthenticationFailed,
    UnsupportedVersionError,
)

from beaconfire_agency.adapters.held_topics import Held, HeldTopics
from beaconfire_agency.adapters.looks import Looks
from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.topics import SHARED_PARTITIONS
from beaconfire_platform.database import Connection, Database
from beaconfire_platform.log.cloudevent import headers_of
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.publisher import BATCH_ROWS_MAX, Publisher, Sending
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import Topic, TopicUnfit, make_topics
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.our_words import InOurWords

SOURCE: Final = "shared"
KEPT: Final = timedelta(days=7)
"""A reader may be away over long holidays; what was withdrawn must not lie there for ever."""
OF_ALL: Final = (
    ClusterAuthorizationFailedError,
    InvalidProducerEpoch,
    InvalidRequiredAcksError,
    SaslAuthenticationFailed,
    UnsupportedVersionError,
)
"""What brokers say of whoever sends, though they say it of each record."""
_COLUMNS: Final = (
    "e.txid, e.row, e.id, e.body, b.code, e.type, e.key, e.key_version, e.time, e.data"
)
_READ: Final = f"""
    select {_COLUMNS}, e.txid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint as is_ahead
    from shared_event e join body b on b.id = e.body
    where (e.txid, e.row) > ($1, $2)
    order by e.txid, e.row limit $3
"""
_MISSED: Final = f"""
    select {_COLUMNS}
    from shared_event e join body b on b.id = e.body
    where e.body = $1 and (e.txid, e.row) > ($2, $3) and (e.txid, e.row) <= ($4, $5)
    order by e.txid, e.row limit $6
"""
# What is not published yet waits, however long the brokers are away or a topic is unfit; a node
# publishes nothing.
_TIDY: Final = """
    delete from shared_event e where time < clock_timestamp() - $1::interval and not exists (
        select from relayed r where r.topic like '%.' || $2 and (r.txid, r.row) < (e.txid, e.row))
    and not exists (
        select from topic_held h where h.body = e.body and (h.txid, h.row) < (e.txid, e.row))
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
        self._held = HeldTopics(database, self._name)
        self._looks = Looks()
        self._looking: asyncio.Task[frozenset[str]] | None = None

    async def step(self) -> int:
        """As ever; then send those what they missed whose topics are fit again."""
        sent = await super().step()
        return sent + await self._mend()

    async def _told_after(self, at: LogPosition) -> Sequence[Any]:
        return self._below(await self._database.pool.fetch(_READ, at.txid, at.row, BATCH_ROWS_MAX))

    async def _resumed(self, *, is_refill: bool) -> None:
        del is_refill
        await self._held.load(self.health.at.epoch)
        self._tell_health()

    async def _before(self, rows: Sequence[Any]) -> None:
        """Make the topics that are missing; whose topic will not do is left to wait."""
        bodies = {row["code"]: str(row["body"]) for row in rows}
        new = bodies.keys() - self._made - self._held.codes
        unfit = await self._unfit(new) if new else {}
        for code, error in unfit.items():
            await self._hold(code, bodies[code], error)
        self._made |= new - unfit.keys()

    async def _unfit(self, codes: Iterable[str]) -> dict[str, TopicUnfit]:
        """Make what is missing: all at once, and each alone where one of them will not do."""
        kept_ms = int(KEPT.total_seconds() * 1_000)
        wanted = {code: Topic(source_for(code), SHARED_PARTITIONS, kept_ms) for code in codes}
        try:
            await make_topics(self._settings, [*wanted.values()])
        except TopicUnfit as error:
            if len(wanted) == 1:
                return dict.fromkeys(wanted, error)
            return {
                code: one for each in wanted for code, one in (await self._unfit([each])).items()
            }
        return {}

    async def _send(self, producer: AIOKafkaProducer, row: Any) -> Sending:
        if row["code"] in self._held:
            return _not_sent()
        try:
            return await self._hand(producer, row)
        except BrokerResponseError as error:
            if not is_of_one_topic(error):
                raise
            await self._hold(row["code"], str(row["body"]), error)
            return _not_sent()

    async def _hand(self, producer: AIOKafkaProducer, row: Any) -> Sending:
        return await producer.send(
            self._settings.topic(source_for(row["code"])),
            row["data"].encode(),
            str(row["key"]).encode(),
            headers=shared_headers(row),
        )

    def _acknowledged(
        self, rows: Sequence[Any], sent: Sequence[Sending]
    ) -> "asyncio.Future[list[Any]]":
        return asyncio.ensure_future(self._told_or_held(rows, sent))

    async def _told_or_held(self, rows: Sequence[Any], sent: Sequence[Sending]) -> list[Any]:
        """What the brokers said of each; whose topic they refused waits from before this batch."""
        told = await asyncio.gather(*sent, return_exceptions=True)
        for row, one in zip(rows, told, strict=True):
            if isinstance(one, BaseException):
                if not is_of_one_topic(one):
                    raise one
                await self._hold(row["code"], str(row["body"]), one)
        return [None if isinstance(one, BaseException) else one for one in told]

    async def _hold(self, code: str, body: str, error: BaseException) -> None:
        """From what is written down on: of what flies nobody knows yet whether it arrives.

        What was behind a refused record is refused for that; why the first was, is the reason.
        """
        if code in self._held and isinstance(error, OutOfOrderSequenceNumber):
            return
        if code not in self._held:
            self._looks.later(code, _now())
        why = str(error) if isinstance(error, InOurWords) else type(error).__name__
        await self._held.hold(self._lease.fence, code, Held(body, self.health.at, why))
        self._made.discard(code)
        self._tell_health()

    async def _mend(self) -> int:
        """What was sent to those whose topics are fit again; looking for that goes on beside."""
        if self._looking is not None and self._looking.done():
            looking, self._looking = self._looking, None
            before = self.health.published
            await self._while_here(self._send_missed(looking.result()))
            return self.health.published - before
        due = self._looks.due(self._held.codes, _now())
        if self._looking is None and due:
            self._looking = asyncio.create_task(self._fit_again(due))
        return 0

    async def _fit_again(self, codes: frozenset[str]) -> frozenset[str]:
        try:
            unfit = (await self._unfit(codes)).keys()
        except LogAway:
            for code in codes:
                self._looks.later(code, _now())
            return frozenset()
        for code in unfit:
            self._looks.in_vain(code, _now())
        return codes - unfit

    async def _send_missed(self, codes: frozenset[str]) -> None:
        told = [await self._send_missed_of(code) for code in sorted(codes & self._held.codes)]
        self._tell_health()
        if any(isinstance(one, OutOfOrderSequenceNumber) for one in told):
            await self._renew()

    async def _send_missed_of(self, code: str) -> BaseException | None:
        """A page of what a body missed up to what the others have; the last lets it go on.

        What the brokers have against it, if they have: by `OutOfOrderSequenceNumber` they would
        take it again, though not from the producer that they refused before.
        """
        producer, flying, held = self._producer, self._flying, self._held[code]
        if producer is None or flying is None:
            return None
        limit = self._looks.rows(code, BATCH_ROWS_MAX)
        rows = await self._database.pool.fetch(
            _MISSED, held.body, held.at.txid, held.at.row, flying.sent.txid, flying.sent.row, limit
        )
        refused = await self._refused(producer, rows)
        if isinstance(refused, OutOfOrderSequenceNumber):
            self._looks.later(code, _now())
        elif refused is not None:
            self._looks.in_vain(code, _now())
            await self._hold(code, held.body, refused)
        else:
            await self._go_on(code, rows, is_last=len(rows) < limit)
        return refused

    async def _refused(
        self, producer: AIOKafkaProducer, rows: Sequence[Any]
    ) -> BaseException | None:
        """Send these; what the brokers have against one of them, if they have."""
        sent: list[Sending] = []
        told: list[Any] = []
        try:
            for row in rows:
                sent.append(await self._hand(producer, row))  # noqa: PERF401  (each is awaited)
        except BrokerResponseError as error:
            told.append(error)
        told += await asyncio.gather(*sent, return_exceptions=True)
        against = [one for one in told if isinstance(one, BaseException)]
        for one in against:
            if not is_of_one_topic(one):
                raise one
        return next(iter(against), None)

    async def _go_on(self, code: str, rows: Sequence[Any], *, is_last: bool) -> None:
        """These rows of what a body missed arrived."""
        self.health.published += len(rows)
        if is_last:
            await self._held.release(self._lease.fence, code)
            self._made.add(code)
            self._looks.ended(code)
            return
        at = LogPosition(self.health.at.epoch, rows[-1]["txid"], rows[-1]["row"])
        await self._held.move(self._lease.fence, code, at)
        self._looks.arrived(code, len(rows))

    def _tell_health(self) -> None:
        self.health.unfit = {
            self._settings.topic(source_for(code)): why for code, why in self._held.whys().items()
        }

    async def _discard(self) -> None:
        self._made.clear()  # whoever broke the connection may have lost the topics as well
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.cancel()
        self._held.forget()
        self._looks.forget()
        self._tell_health()
        await super()._discard()


def is_of_one_topic(error: BaseException) -> bool:
    """Whether brokers refuse this of one topic or partition alone, and trying again is vain."""
    is_final = isinstance(error, BrokerResponseError) and not error.retriable
    return is_final and not isinstance(error, OF_ALL)


def _not_sent() -> Sending:
    """Nothing is awaited of what waits."""
    done: Sending = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done


def _now() -> float:
    return asyncio.get_running_loop().time()


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
