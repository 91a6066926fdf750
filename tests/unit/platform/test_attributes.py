"""The headers' schema takes what a relay writes and refuses what CloudEvents does not allow."""

import re
from typing import Any

import jsonschema_rs
import pytest

from beaconfire_platform.described.attributes import (
    OPTIONAL,
    OUTSIDE,
    REQUIRED,
    headers_schema,
    shared_headers_schema,
)

A_RECORD = {
    "ce_specversion": "1.0",
    "ce_id": "01a20d5b-c61e-7871-8c1e-d7b2c5fd741d",
    "ce_source": "incident",
    "ce_type": "beaconfire.incident.note-written.v1",
    "ce_subject": "01a20d5b-c61e-7871-8c1e-d7b2c5fd741d",
    "ce_time": "2026-11-24T12:00:00Z",
    "ce_keyversion": "7",
    "ce_correlationid": "a.b",
    "ce_actor": "01a20d5b-c61e-7871-8c1e-d7b2c5fd741d",
    "ce_sensitivity": "internal",
    "ce_epoch": "1",
    "content-type": "application/json",
}


def _is_right(headers: dict[str, Any]) -> bool:
    schema = headers_schema()
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True).is_valid(headers)


def test_a_record_with_and_without_what_is_optional_is_right() -> None:
    assert _is_right(A_RECORD)
    assert _is_right({**A_RECORD, "ce_seat": "s", "ce_occurredat": "2026-11-24T12:00:00Z"})


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_none_of_the_required_attributes_may_be_missing(name: str) -> None:
    assert not _is_right({key: value for key, value in A_RECORD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", "0.3"),
        ("ce_keyversion", "0"),
        ("ce_keyversion", 7),
        ("ce_time", "yesterday"),
        ("ce_sensitivity", "secret"),
        ("ce_seat", ""),
        ("content-type", "application/cloudevents+json"),
    ],
)
def test_a_wrong_value_is_refused(name: str, value: object) -> None:
    assert not _is_right({**A_RECORD, name: value})


def test_names_of_attributes_are_as_cloudevents_wants_them() -> None:
    named = set(REQUIRED | OPTIONAL) - {"content-type"}

    assert all(re.fullmatch(r"ce_[a-z0-9]{1,20}", name) for name in named)


def test_what_goes_outside_names_nobody() -> None:
    schema = shared_headers_schema()

    assert set(schema["properties"]) == set(schema["required"]) == set(OUTSIDE)
    assert {"ce_actor", "ce_seat", "ce_onbehalfof", "ce_correlationid"}.isdisjoint(OUTSIDE)
