"""What is told of aid lies on the stream of its incident."""

from beaconfire_contracts.facts import spec_for
from beaconfire_contracts.facts.aid import AidAnswered, AidEnded, AidExhausted, AidRequested


def test_aid_lies_on_the_stream_of_the_incident() -> None:
    told = (AidRequested, AidAnswered, AidEnded, AidExhausted)
    assert {spec_for(one).key_field for one in told} == {"incident_id"}
