"""Geo's facts: placing lies on the incident's stream, what is released is named by its hash."""

from dataclasses import fields

from beaconfire_contracts.facts import FACTS, spec_for
from beaconfire_contracts.facts.geo import IncidentPlaced


def test_placing_lies_on_the_stream_of_its_incident() -> None:
    assert spec_for(IncidentPlaced).key_field == "incident_id"


def test_what_is_released_is_named_by_version_and_hash() -> None:
    released = [spec for spec in FACTS.values() if spec.name.endswith("-released.v1")]

    for spec in (one for one in released if one.service == "geo"):
        assert {"version", "sha256", "released_at"} <= {one.name for one in fields(spec.factclass)}
