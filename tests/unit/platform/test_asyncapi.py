"""The AsyncAPI document names everything that is told, and nothing in it points nowhere."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from typing import Any

import pytest

from beaconfire_contracts import feed
from beaconfire_contracts.facts import FACTS
from beaconfire_contracts.topics import POSITION, SHARED, TOPICS
from beaconfire_platform.described.asyncapi import FROM_CLIENT, FROM_FEED, asyncapi_document
from beaconfire_platform.described.payloads import frame_mark

COMPONENT = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class IncidentOpened:
    """What an agency outside may know of it; named as our own fact on purpose."""

    number: int


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi_document("1.2.3")


def _pointers(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield value
            else:
                yield from _pointers(value)
    elif isinstance(part, list):
        for value in part:
            yield from _pointers(value)


def _at(document: dict[str, Any], pointer: str) -> Any:
    found: Any = document
    for step in pointer.removeprefix("#/").split("/"):
        found = found[step]
    return found


def test_every_fact_travels_on_the_topic_of_its_service(document: dict[str, Any]) -> None:
    for spec in FACTS.values():
        channel = document["channels"][spec.service]
        message = _at(document, channel["messages"][spec.name]["$ref"])

        assert channel["address"] == TOPICS[spec.service].name
        assert message["payload"]["$ref"].rpartition("/")[2] == spec.factclass.__name__
        assert message["headers"]["allOf"][1]["properties"]["ce_type"] == {"const": spec.name}
        assert spec.key_field in message["bindings"]["kafka"]["key"]["description"]
        assert message["summary"]


def test_every_frame_of_the_feed_is_in_one_direction_or_the_other(
    document: dict[str, Any],
) -> None:
    frames = {
        one
        for one in vars(feed).values()
        if inspect.isclass(one) and is_dataclass(one) and frame_mark(one)
    }

    assert frames == {*FROM_FEED, *FROM_CLIENT}
    assert not {*FROM_FEED} & {*FROM_CLIENT}
    heard = document["operations"]["hear.feed"]["messages"]
    told = document["operations"]["tell.feed"]["messages"]
    assert len(heard) + len(told) == len(document["channels"]["feed"]["messages"])


def test_nothing_points_nowhere_and_every_component_has_a_lawful_name(
    document: dict[str, Any],
) -> None:
    pointers = set(_pointers(document))

    assert len(pointers) > 150
    assert all(_at(document, pointer) is not None for pointer in pointers)
    assert all(COMPONENT.fullmatch(one) for part in document["components"].values() for one in part)


def test_every_topic_is_told_and_heard_inside_and_the_shared_one_only_told(
    document: dict[str, Any],
) -> None:
    done = {
        (one["action"], one["channel"]["$ref"].rpartition("/")[2])
        for one in document["operations"].values()
    }

    inside = {*TOPICS, "position", "feed"}
    assert done == {(way, one) for way in ("send", "receive") for one in inside} | {
        ("send", "shared")
    }
    assert document["channels"]["position"]["address"] == POSITION.name


def test_what_agency_shares_has_its_place_and_never_passes_for_the_internal_fact() -> None:
    name = "beaconfire.shared.incident-opened.v1"
    document = asyncapi_document("1.2.3", {name: IncidentOpened})
    channel = document["channels"]["shared"]

    message = _at(document, channel["messages"][name]["$ref"])
    payload = _at(document, message["payload"]["$ref"])
    internal = document["components"]["messages"]["beaconfire.incident.incident-opened.v1"]

    assert channel["address"] == SHARED
    assert set(channel["parameters"]) == set(re.findall(r"\{(\w+)\}", SHARED))
    assert list(payload["properties"]) == ["number"]
    assert "report_id" in _at(document, internal["payload"]["$ref"])["properties"]
    assert list(asyncapi_document("1.2.3")["channels"]["shared"]["messages"]) == []
