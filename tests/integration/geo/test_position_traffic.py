"""Every record of the topic of positions is what the AsyncAPI document says: key, headers, value.

They are what geo makes of fixes that came over HTTP, as it does where services run apart.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaConsumer

from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.topics import POSITION
from beaconfire_contracts.vocabulary import Role
from beaconfire_geo.main import build
from beaconfire_geo.settings import GeoSettings
from beaconfire_platform.clock import wall_now
from beaconfire_platform.described.asyncapi import asyncapi_document
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.positions import (
    BUCKETS,
    FIXES_AT_ONCE_MAX,
    KafkaPositionStream,
)
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import POSITIONS
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.described import Described, TopicRecord
from beaconfire_testkit.kafka_fixtures import topic_alone
from beaconfire_testkit.service import a_subject, running_service

UNITS: Final = 40
LEAST: Final = {"lon": 174.7, "lat": -36.9}
WHOLE: Final = LEAST | {"accuracy_m": 4.5, "heading_deg": 270.0, "speed_mps": 0.0}
DESCRIBED: Final = Described(asyncapi_document("0"))
MESSAGE: Final = "beaconfire.position.fixes.v1"


@pytest.fixture
async def settings(kafka: str) -> AsyncGenerator[KafkaSettings]:
    """A topic of positions of this test's own."""
    async with topic_alone(kafka, POSITIONS) as made:
        yield made


@pytest.fixture
async def told(database: str, settings: KafkaSettings) -> Sequence[TopicRecord]:
    """What geo sends of a fix of each of some units, some with all that a fix may say."""
    stream = KafkaPositionStream(settings, Presence(settings))

    async def built(ground: Ground) -> Service:
        return await build(replace(ground, positions=stream), GeoSettings())

    async with AsyncExitStack() as stack:
        geo = await stack.enter_async_context(running_service(database, "geo", built))
        units = [UnitId(new_id()) for _ in range(UNITS)]
        registered = an_example_of(UnitRegistered)
        await geo.tell(*(replace(registered, unit_id=one, division="akl") for one in units))
        await geo.catch_up()
        sending = asyncio.create_task(stream.send_forever())
        gateway = geo.client(a_subject(Role.ADMINISTRATOR, reach="akl"))
        observed_at = (wall_now() - timedelta(seconds=1)).isoformat()
        fixes = [
            (WHOLE if number % 2 else LEAST) | {"unit_id": one, "observed_at": observed_at}
            for number, one in enumerate(units)
        ]
        answer = await gateway.post("/v1/positions", json={"fixes": fixes})
        assert answer.json()["moved"] == UNITS, answer.text
        found = await records(settings, set(units))
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    return found


async def records(settings: KafkaSettings, units: set[UnitId]) -> Sequence[TopicRecord]:
    """All that came on the topic once each unit was told of."""
    found: list[TopicRecord] = []
    left: set[str] = set(units)
    async with AIOKafkaConsumer(
        settings.topic("position"), **settings.client("test"), group_id=None,
        auto_offset_reset="earliest",
    ) as consumer, asyncio.timeout(30):  # fmt: skip
        while left:
            for some in (await consumer.getmany(timeout_ms=200)).values():
                for one in some:
                    found.append(TopicRecord(POSITION.name, one.key, tuple(one.headers), one.value))
                    left -= {fix["unit_id"] for fix in json.loads(one.value or b"[]")}
    return found


FAULTS: Final[dict[str, Callable[[TopicRecord], TopicRecord]]] = {
    "a unit's id for a key": lambda one: replace(one, key=b"01a20d5b-c61e-7871-8c1e-d7b2c5fd741d"),
    "no key": lambda one: replace(one, key=None),
    "a bucket that there is not": lambda one: replace(one, key=str(BUCKETS).encode()),
    "a header": lambda one: replace(one, headers=(("content-type", b"application/json"),)),
    "the type of the message": lambda one: replace(one, headers=(("ce_type", MESSAGE.encode()),)),
    "a fact's type": lambda one: replace(
        one, headers=(("ce_type", b"beaconfire.geo.zone-lifted.v1"),)
    ),
    "no value": lambda one: replace(one, value=None),
    "no fixes": lambda one: replace(one, value=b"[]"),
    "one fix, not a list": lambda one: replace(one, value=json.dumps(of(one)[0]).encode()),
    "a member that is not described": lambda one: changed(one, driver="Zhang San"),
    "a place in words": lambda one: changed(one, lon="174.7"),
    "a moment that is none": lambda one: changed(one, observed_at="noon"),
    "the topic of facts": lambda one: replace(one, topic="beaconfire.geo.v1"),
    "too many": lambda one: replace(
        one, value=json.dumps(of(one)[:1] * (FIXES_AT_ONCE_MAX + 1)).encode()
    ),
}


def of(record: TopicRecord) -> list[dict[str, Any]]:
    """The fixes in a record."""
    return json.loads(record.value or b"")


def changed(record: TopicRecord, **members: Any) -> TopicRecord:
    """Its first fix with more or other members."""
    first, *rest = of(record)
    return replace(record, value=json.dumps([first | members, *rest]).encode())


async def test_every_record_of_the_topic_of_positions_is_as_the_document_says(
    told: Sequence[TopicRecord],
) -> None:
    flaws = [flaw for one in told for flaw in DESCRIBED.record_flaws(one)]
    fixes = [fix for one in told for fix in of(one)]

    assert flaws == []
    assert len(fixes) == len({fix["unit_id"] for fix in fixes}) == UNITS
    assert {fix["speed_mps"] for fix in fixes} == {None, WHOLE["speed_mps"]}


async def test_a_planted_fault_in_any_record_of_positions_is_caught(
    told: Sequence[TopicRecord],
) -> None:
    silent = {
        fault
        for fault, plant in FAULTS.items()
        for one in told
        if not DESCRIBED.record_flaws(plant(one))
    }

    assert silent == set()


def test_the_document_knows_every_bucket_and_how_many_fixes_travel_at_once() -> None:
    value = json.dumps([{"unit_id": "u", "observed_at": "2026-01-01T00:00:00Z"} | LEAST])
    record = TopicRecord(POSITION.name, None, (), value.encode())
    keys = [str(one).encode() for one in range(BUCKETS + 1)]
    message = asyncapi_document("0")["components"]["messages"][MESSAGE]

    fit = [not DESCRIBED.record_flaws(replace(record, key=one)) for one in keys]

    assert fit == [True] * BUCKETS + [False]
    assert message["payload"]["maxItems"] == FIXES_AT_ONCE_MAX
