"""Every record of a body's topic is what the AsyncAPI document says: topic, key, headers, value."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx
import pytest

from beaconfire_agency.adapters.shared_topics import source_for
from beaconfire_contracts.facts.dispatch import AssignmentDispatched, UnitRegistered
from beaconfire_contracts.facts.incident import IncidentClosed
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import ParticipationState
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.process.app import application
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.described import Described, TopicRecord

from .subscribers import opened, owned, placed, taking_part
from .test_shared_topics import publishing, records

RECORDS: Final = 11
"""What the story below tells the body, from the first word to the last."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What came on the topic of one body, and the document that was served beside it."""

    document: dict[str, Any]
    told: Sequence[Any]


@pytest.fixture
async def traffic(centre: Any, kafka: str) -> Traffic:
    code = f"power-{new_id()[-12:]}"
    await story(centre, code)
    settings = KafkaSettings(kafka)
    async with publishing(centre, settings):
        told = await records(settings, code, RECORDS)
    return Traffic(await served(centre), told)


async def story(centre: Any, code: str) -> None:
    """All that may happen to what a body sees, from its subscription to the end of it."""
    under_test = centre.under_test
    power = await centre.body(code, f"root.{code}", kind="utility")
    answer = await centre.administrator.post("/v1/subscriptions", json={"body": power["id"]})
    assert answer.status_code == 201, answer.text
    await under_test.catch_up()
    mine, helped = opened(power["id"], "root"), opened(new_id(), "root")
    unit = replace(an_example_of(UnitRegistered), body=BodyId(power["id"]))
    sent = replace(an_example_of(AssignmentDispatched), incident_id=mine.incident_id)
    over = replace(an_example_of(IncidentClosed), incident_id=helped.incident_id)
    await under_test.tell(
        mine, placed(mine, "root.d1"), sent, owned(mine, new_id()), helped,
        taking_part(helped, power["id"], ParticipationState.ACCEPTED), over,
        taking_part(helped, power["id"], ParticipationState.DONE),
        unit, replace(unit, body=BodyId(new_id())),
    )  # fmt: skip
    await under_test.catch_up()
    subscription = answer.json()["id"]
    ended = await centre.administrator.post(f"/v1/subscriptions/{subscription}/end", json={})
    assert ended.status_code == 200, ended.text
    await under_test.catch_up()


async def served(centre: Any) -> dict[str, Any]:
    """The document as whoever asks the service is given it."""
    app = application([centre.under_test.service], [])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://any.test") as http:
        return (await http.get("/asyncapi.json")).raise_for_status().json()


async def test_every_record_of_a_shared_topic_is_as_the_document_says(traffic: Traffic) -> None:
    described = Described(traffic.document)

    wrong = [(kind_of(one), flaw) for one in traffic.told for flaw in described.record_flaws(one)]
    unseen = described.carried("shared") - {kind_of(one) for one in traffic.told}

    assert wrong == []
    assert unseen == set(), f"the document has messages that the story never told: {unseen}"
    assert len(traffic.told) == RECORDS
    partitions = traffic.document["channels"]["shared"]["bindings"]["kafka"]["partitions"]
    assert all(one.partition < partitions for one in traffic.told)


def with_header(name: str, value: bytes) -> Callable[[TopicRecord], TopicRecord]:
    """One more header, or another value of one that is there."""
    return lambda one: replace(
        one, headers=(*(each for each in one.headers if each[0] != name), (name, value))
    )


def with_value(**more: Any) -> Callable[[TopicRecord], TopicRecord]:
    """More or other members of the value."""
    return lambda one: replace(one, value=json.dumps(json.loads(one.value or b"") | more).encode())


def without(name: str) -> Callable[[TopicRecord], TopicRecord]:
    """A header less."""
    return lambda one: replace(one, headers=tuple(each for each in one.headers if each[0] != name))


FAULTS: Final[dict[str, Callable[[TopicRecord], TopicRecord]]] = {
    "a field outside the schema": with_value(reporter="Zhang San"),
    "a field of a wrong type": with_value(incident_id=7, unit_id=7, body=7),
    "no value": lambda one: replace(one, value=None),
    "an actor's header": with_header("ce_actor", b"01a20d5b-c61e-7871-8c1e-d7b2c5fd741d"),
    "a version that is none": with_header("ce_keyversion", b"0"),
    "a time that is none": with_header("ce_time", b"noon"),
    "another content": with_header("content-type", b"text/plain"),
    "a type of no shared topic": with_header("ce_type", b"beaconfire.incident.incident-opened.v1"),
    "a header twice": lambda one: replace(one, headers=(*one.headers, one.headers[-1])),
    "another key": lambda one: replace(one, key=b"x"),
    "no key": lambda one: replace(one, key=None),
    "an internal topic": lambda one: replace(one, topic="beaconfire.incident.v1"),
    "a topic of nobody": lambda one: replace(one, topic="beaconfire.shared.a.b.v1"),
}


async def test_a_planted_fault_in_any_record_is_caught(traffic: Traffic) -> None:
    described = Described(traffic.document)
    missing = {f"no {name}": without(name) for name, _ in traffic.told[0].headers}

    found = {
        (fault, kind_of(one)): described.record_flaws(
            plant(TopicRecord(one.topic, one.key, tuple(one.headers), one.value))
        )
        for one in traffic.told
        for fault, plant in (FAULTS | missing).items()
    }

    assert [what for what, flaws in found.items() if not flaws] == []


async def test_a_message_that_nobody_told_is_named(traffic: Traffic) -> None:
    described = Described(traffic.document)
    told = [one for one in traffic.told if "unit-withdrawn" not in kind_of(one)]

    unseen = described.carried("shared") - {kind_of(one) for one in told}

    assert unseen == {"beaconfire.shared.unit-withdrawn.v1"}


def test_the_topic_of_a_body_is_the_address_of_the_channel() -> None:
    settings = KafkaSettings("127.0.0.1:1")

    assert settings.topic(source_for("power")) == "beaconfire.shared.power.v1"


def kind_of(record: Any) -> str:
    """The type by which a record says what it is."""
    return dict(record.headers)["ce_type"].decode()
