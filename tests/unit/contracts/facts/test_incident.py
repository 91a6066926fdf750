"""Incident's facts: one stream an incident, and an owner and a seat from the first second."""

from dataclasses import fields

from beaconfire_contracts.facts import FACTS
from beaconfire_contracts.facts.incident import IncidentOpened, IncidentReopened


def test_every_fact_lies_on_the_stream_of_its_incident() -> None:
    keys = {spec.key_field for spec in FACTS.values() if spec.service == "incident"}

    assert keys == {"incident_id"}


def test_an_open_incident_cannot_be_told_without_owner_and_seat() -> None:
    for opening in (IncidentOpened, IncidentReopened):
        types = {field.name: str(field.type) for field in fields(opening)}

        assert "None" not in types["owner"]
        assert "None" not in types["seat"]
