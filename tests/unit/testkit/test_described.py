"""What a build tells beyond or against its own document is a flaw."""

import json
from typing import Any

import pytest

from beaconfire_contracts.facts.incident import IncidentRelocated
from beaconfire_platform.codec import encode
from beaconfire_platform.described.asyncapi import asyncapi_document
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.described import Described

NAME = "beaconfire.incident.incident-relocated.v1"
BEAT = {
    "t": "beat",
    "pos": "1",
    "server_time": "2026-11-24T12:00:00Z",
    "business_time": "2026-11-24T12:00:00Z",
    "speed": 1.0,
    "paused": False,
}


@pytest.fixture(scope="module")
def described() -> Described:
    return Described(asyncapi_document("1.2.3"))


@pytest.fixture
def told() -> dict[str, Any]:
    return json.loads(encode(an_example_of(IncidentRelocated)))


def test_what_is_told_as_described_has_no_flaw(described: Described, told: dict[str, Any]) -> None:
    assert described.flaws(NAME, json.dumps(told)) == []
    assert described.frame_flaws(BEAT) == []


def test_a_planted_fault_in_a_fact_is_found(described: Described, told: dict[str, Any]) -> None:
    place = told["place"]
    for wrong in (
        {**told, "prose": "a man said"},
        {**told, "place": {**place, "street": "x"}},
        {**told, "place": {**place, "state": "somewhere"}},
        {**told, "place": {**place, "point": {"lon": "174", "lat": 0}}},
        {"incident_id": told["incident_id"]},
    ):
        assert described.flaws(NAME, json.dumps(wrong)) != [], wrong
    assert described.flaws("beaconfire.incident.invented.v1", "{}") == ["is not described"]


def test_a_planted_fault_in_a_frame_is_found(described: Described) -> None:
    for wrong in (
        {**BEAT, "server_time": "noon"},
        {**BEAT, "mood": "calm"},
        {name: value for name, value in BEAT.items() if name != "pos"},
        {**BEAT, "t": "beet"},
        {"pos": "1"},
    ):
        assert described.frame_flaws(wrong) != [], wrong
