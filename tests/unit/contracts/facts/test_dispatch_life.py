"""What is told of an order's life lies on the stream of its incident."""

from beaconfire_contracts.facts import spec_for
from beaconfire_contracts.facts.dispatch_life import AssignmentLate, RaisedToSuperior


def test_lateness_and_what_was_raised_lie_on_the_stream_of_the_incident() -> None:
    keys = {spec_for(one).key_field for one in (AssignmentLate, RaisedToSuperior)}
    assert keys == {"incident_id"}
