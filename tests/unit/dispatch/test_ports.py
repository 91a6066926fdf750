"""The labels of what dispatch tells: the incident's place for its facts, the unit's for its own."""

from dataclasses import replace

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.ids import IncidentId
from beaconfire_dispatch.application.ports import scope_of
from beaconfire_dispatch.domain.demand import Demand

DEMAND = Demand(IncidentId("i"), path="unplaced", division="akl", owner="b")


def test_an_unplaced_incident_is_seen_where_it_was_received() -> None:
    assert scope_of(DEMAND) == Scope(owner="b", division="akl")


def test_a_placed_incident_is_seen_where_it_lies() -> None:
    assert scope_of(replace(DEMAND, path="akl.d1.c1")) == Scope(owner="b", division="akl.d1.c1")


def test_an_incident_that_nobody_heard_of_has_no_labels() -> None:
    assert scope_of(None) == Scope()
