"""Casualties and destinations lie on the stream of the incident, beds on that of the hospital."""

from beaconfire_contracts.facts import spec_for
from beaconfire_contracts.facts.casualties import (
    BedsReported,
    CasualtiesCounted,
    DestinationProposed,
    DestinationReleased,
)


def test_each_lies_on_the_stream_of_what_it_is_about() -> None:
    of_incident = (CasualtiesCounted, DestinationProposed, DestinationReleased)
    assert {spec_for(one).key_field for one in of_incident} == {"incident_id"}
    assert spec_for(BedsReported).key_field == "hospital_id"
