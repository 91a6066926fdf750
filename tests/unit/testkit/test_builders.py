"""Examples are whole facts, and travel like real ones."""

import pytest

from beaconfire_contracts.facts import FACTS, Fact
from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_platform.codec import decode_fact, encode
from beaconfire_testkit.builders import an_example_of, envelope_of


@pytest.mark.parametrize("factclass", [spec.factclass for spec in FACTS.values()])
def test_an_example_of_every_fact_can_be_told_and_read(factclass: type[Fact]) -> None:
    fact = an_example_of(factclass)
    told = envelope_of(fact)

    assert decode_fact(told.type, encode(fact)) == fact
    assert told.key


def test_two_envelopes_are_two_facts() -> None:
    fact = an_example_of(IncidentOpened)

    assert envelope_of(fact).id != envelope_of(fact).id
