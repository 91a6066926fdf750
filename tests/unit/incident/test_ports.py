"""The labels of incident's facts: its owner, and where it lies or was received."""

from dataclasses import replace

from hypothesis import given

from beaconfire_contracts.envelope import Scope
from beaconfire_incident.application.ports import scope_of
from beaconfire_incident.domain.incident import Incident

from .tales import incidents


@given(incidents())
def test_facts_are_seen_where_it_lies_and_until_then_where_it_was_received(
    incident: Incident,
) -> None:
    placed = replace(incident, path="akl.d1.c1")

    assert scope_of(incident) == Scope(owner="centre", division="akl")
    assert scope_of(placed) == Scope(owner="centre", division="akl.d1.c1")
