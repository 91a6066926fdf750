"""What people say and who they are comes on no topic, internal or shared, in no part of a record.

Canaries are put into every field of a report that takes text, and looked for in every key, header
and value of every topic: of what incident, geo and agency tell of it, and what a body outside gets.
Each record is held against the AsyncAPI document as well, which names all that may be in there.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaConsumer
from pydantic import BaseModel

from beaconfire_agency.adapters.shared_topics import SharedTopics
from beaconfire_agency.main import build as build_agency
from beaconfire_agency.settings import AgencySettings
from beaconfire_contracts.facts.agency import SubscriptionMade
from beaconfire_contracts.ids import BodyId, SubscriptionId
from beaconfire_contracts.shared_events import SHARED_EVENTS
from beaconfire_geo.main import build as build_geo
from beaconfire_geo.settings import GeoSettings
from beaconfire_incident.entrypoints.schemas import (
    AmendIn,
    CallIn,
    NoteIn,
    PublicReportIn,
    ReporterIn,
    ReportIn,
)
from beaconfire_incident.main import build as build_incident
from beaconfire_incident.settings import IncidentSettings
from beaconfire_platform.clock import wall_now
from beaconfire_platform.database import Database
from beaconfire_platform.described.asyncapi import asyncapi_document
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.relay import Relay
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import TOPICS, make_topics
from beaconfire_testkit.centre import AKL, Centre, a_centre
from beaconfire_testkit.described import Described
from beaconfire_testkit.service import SIGNING_KEY, ServiceUnderTest, running_service

TELLERS: Final = ("agency", "dispatch", "geo", "incident")
READ_S_MAX: Final = 60
CANARIES: Final = (
    b"Canaria",
    b"canary",
    b"138777",
    "金丝雀".encode(),
)
"""Parts of everything that is said below; phone numbers begin with 138777."""
REPORTER: Final = {"name": "Canaria 金丝雀 Reporter", "phone": "13877700001"}
CALL: Final = {
    "id": "canary-call-1",
    "answered_at": "2026-11-26T08:00:00Z",
    "callback": "13877700002",
    "recording_ref": "canary-recording-1",
}
REPORT: Final[dict[str, Any]] = {
    "channel": "phone",
    "type": "fire.structure",
    "text": "Canaria said: 金丝雀 is inside, call 13877700003",
    "position": {"lon": AKL[0], "lat": AKL[1], "accuracy_m": 20.0},
    "position_method": "caller",
    "address": "7 Canaria Lane 金丝雀巷",
    "observed_at": "2026-11-26T08:00:00Z",
    "reporter": REPORTER,
    "priority": 1,
    "call": CALL,
    "voice_refs": ["canary-voice-1"],
}
CORRELATED: Final = {"X-Correlation-Id": "Canaria-13877700009"}
PUBLIC: Final = {name: REPORT[name] for name in ("type", "text", "position", "address", "reporter")}
AMENDED: Final = {
    "type": "fire.vehicle",
    "text": "Canaria says it is a car",
    "address": "9 Canaria Lane",
    "reporter": {"name": "Canaria Second", "phone": "13877700004"},
    "voice_refs": ["canary-voice-2"],
}
NOTE: Final = {"text": "Canaria called again, 金丝雀, 13877700005"}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (ReportIn, REPORT),
        (ReporterIn, REPORTER),
        (CallIn, CALL),
        (PublicReportIn, PUBLIC),
        (AmendIn, AMENDED),
        (NoteIn, NOTE),
    ],
)
def test_no_field_is_left_without_a_canary(schema: type[BaseModel], body: Any) -> None:
    assert set(body) == set(schema.model_fields)


@dataclass(slots=True)
class Deployment:
    """Incident, geo and agency over one database, everything that is told going to Kafka."""

    centre: Centre
    services: Sequence[Service]
    databases: dict[str, Database]
    settings: KafkaSettings

    async def catch_up(self) -> None:
        """Let everybody take in all that was told."""
        moved = True
        while moved:
            await self.centre.running.catch_up()
            steps = [await one.step() for each in self.services for one in each.consumers]
            moved = any(steps)

    @asynccontextmanager
    async def publishing(self) -> AsyncGenerator[None]:
        """With a relay for each service, and what bodies outside are told."""
        presence = Presence(self.settings)
        senders = [Relay(self.databases[name], self.settings, "one", presence) for name in TELLERS]
        shared = SharedTopics(self.databases["agency"], self.settings, "one", presence)
        running = [asyncio.create_task(one.run()) for one in (*senders, shared)]
        try:
            yield
        finally:
            for one in (*senders, shared):
                one.finish()
            await asyncio.gather(*running)

    async def records(self) -> dict[str, list[Any]]:
        """Every record of every topic."""
        consumer = AIOKafkaConsumer(
            **self.settings.client("test"), group_id=None, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            topics = [
                one for one in await consumer.topics() if one.startswith(self.settings.prefix)
            ]
            found: dict[str, list[Any]] = {one: [] for one in topics}
            consumer.subscribe(topics)
            ends = None
            async with asyncio.timeout(READ_S_MAX):
                while ends is None or any(
                    [await consumer.position(one) < end for one, end in ends.items()]
                ):
                    for one, some in (await consumer.getmany(timeout_ms=300)).items():
                        found[one.topic].extend(some)
                    if ends is None and consumer.assignment():
                        ends = await consumer.end_offsets(list(consumer.assignment()))
        finally:
            await consumer.stop()
        return found


@pytest.fixture
async def deployment(database: str, kafka: str, tmp_path: Path) -> AsyncGenerator[Deployment]:
    key = tmp_path / "token.jwk"
    key.write_text(SIGNING_KEY)
    key.chmod(0o600)
    settings = KafkaSettings(kafka, prefix=f"n{os.getpid()}-{new_id()[-12:]}")
    await make_topics(settings, TOPICS)

    async def building(ground: Ground) -> Service:
        return await build_incident(ground, IncidentSettings())

    async with running_service(database, "incident", building) as running:
        centre = await a_centre(running)
        agency = await build_agency(ground_of(running, "agency"), AgencySettings(tmp_path))
        geo = await build_geo(ground_of(running, "geo"), GeoSettings())
        services = (running.service, agency, geo)
        yield Deployment(centre, services, running.databases, settings)
        for one in (agency, geo):
            if one.close is not None:
                await one.close()


def ground_of(running: ServiceUnderTest, name: str) -> Ground:
    """What another service of the same deployment stands on."""
    return replace(running.ground, database=running.databases[name])


async def test_canaries_in_every_field_come_on_no_topic(deployment: Deployment) -> None:
    centre = deployment.centre
    await subscribe_the_centre(deployment)
    taken = await centre.report(**REPORT)
    desk, stranger = centre.client(), centre.running.client()
    answers = [
        await stranger.post("/v1/public/reports", json=PUBLIC, headers=CORRELATED),
        await desk.post(f"/v1/reports/{taken['report_id']}/amend", json=AMENDED),
        await desk.post(f"/v1/incidents/{taken['incident_id']}/notes", json=NOTE),
    ]
    assert [one.is_success for one in answers] == [True, True, True]
    await deployment.catch_up()

    async with deployment.publishing():
        await published(deployment)
    found = await deployment.records()

    told = {one.rpartition(".v1")[0].partition(".")[2]: len(some) for one, some in found.items()}
    assert told["incident"] >= 5
    assert told["shared.power"] >= 2
    assert told["geo"] >= 1
    assert [one for some in found.values() for one in some if sings(one)] == []
    described = Described(asyncapi_document("0", SHARED_EVENTS))
    named = [as_deployed(one, deployment.settings) for some in found.values() for one in some]
    assert [(one.topic, flaw) for one in named for flaw in described.record_flaws(one)] == []


def test_a_canary_is_seen_wherever_it_sits() -> None:
    assert sings(Planted(b"canary-call-1", [], b"{}"))
    assert sings(Planted(b"k", [("ce_phone", b"13877700001")], b"{}"))
    assert sings(Planted(b"k", [("ce_canary", b"1")], b"{}"))
    assert sings(Planted(b"k", [], '{"name": "金丝雀"}'.encode()))
    assert not sings(Planted(b"k", [("ce_type", b"x")], b"{}"))


def as_deployed(record: Any, settings: KafkaSettings) -> Any:
    """The record on the topic of the same name where nothing else shares the brokers."""
    plain = record.topic.replace(settings.prefix, KafkaSettings(settings.bootstrap).prefix, 1)
    return replace(record, topic=plain)


@dataclass(slots=True)
class Planted:
    """A record as a reader gets one."""

    key: bytes
    headers: Sequence[tuple[str, bytes]]
    value: bytes


def sings(record: Any) -> bool:
    """Whether anything of a record holds a canary."""
    headers = [part for name, value in record.headers for part in (name.encode(), value)]
    parts = (record.topic.encode() if hasattr(record, "topic") else b"", record.key, *headers)
    return any(canary in part for part in (*parts, record.value) for canary in CANARIES)


async def subscribe_the_centre(deployment: Deployment) -> None:
    """A body outside that owns what the centre takes in."""
    body, subscription = deployment.centre.body, new_id()
    database = deployment.databases["agency"]
    await database.pool.execute(
        "insert into body (id, code, kind, level, name_zh, name_en, division, matters, zone,"
        " pool_seat) values ($1, 'power', 'utility', 'city', '电力', 'Power', 'akl', '{}', 'UTC',"
        " $2)",
        body,
        new_id(),
    )
    now = wall_now()
    await database.pool.execute(
        "insert into subscription (id, body, made_at) values ($1, $2, $3)", subscription, body, now
    )
    made = SubscriptionMade(SubscriptionId(subscription), BodyId(body), None, now)
    await deployment.centre.running.tell(made)
    await deployment.catch_up()


async def published(deployment: Deployment) -> None:
    """Wait until everything told is on its topic."""
    async with asyncio.timeout(READ_S_MAX):
        for name in TELLERS:
            pool = deployment.databases[name].pool
            topic = deployment.settings.topic(name)
            while await pool.fetchval(_UNPUBLISHED, name, topic):  # noqa: ASYNC110  (rows tell nobody)
                await asyncio.sleep(0.05)
        agency = deployment.databases["agency"].pool
        shared = f"{deployment.settings.prefix}.shared"
        while await agency.fetchval(_UNSHARED, shared):  # noqa: ASYNC110  (rows tell nobody)
            await asyncio.sleep(0.05)


_UNPUBLISHED: Final = """
    select exists (
        select 1 from log.fact f left join relayed r on r.topic = $2
        where f.source = $1 and (f.txid, f.row) > (coalesce(r.txid, 0), coalesce(r.row, 0)))
"""
_UNSHARED: Final = """
    select exists (
        select 1 from shared_event e left join relayed r on r.topic = $1
        where (e.txid, e.row) > (coalesce(r.txid, 0), coalesce(r.row, 0)))
"""
