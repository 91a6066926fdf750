"""Dispatch's facts: what concerns an incident lies on its stream, a unit's life on the unit's."""

from dataclasses import fields

import pytest

from beaconfire_contracts.facts import FACTS, FactSpec

OWN_STREAMS = {
    "Station": "station_id",
    "Hospital": "hospital_id",
    "Beds": "hospital_id",
    "Unit": "unit_id",
    "Standby": "unit_id",
    "Roster": "area",
}


@pytest.mark.parametrize(
    "spec",
    [spec for spec in FACTS.values() if spec.service == "dispatch"],
    ids=lambda spec: spec.name,
)
def test_a_fact_lies_on_the_stream_of_its_subject(spec: FactSpec) -> None:
    name = spec.factclass.__name__
    own = (key for subject, key in OWN_STREAMS.items() if name.startswith(subject))

    assert spec.key_field == next(own, "incident_id")


def test_every_step_of_an_assignment_names_unit_and_assignment() -> None:
    steps = [spec for spec in FACTS.values() if ".assignment-" in spec.name]

    assert len(steps) >= 9
    for step in steps:
        names = {field.name for field in fields(step.factclass)}
        assert {"assignment_id", "unit_id", "incident_id"} <= names, step.name
