"""Where a unit stands by is told on the unit's own stream, in order with what it does."""

import pytest

from beaconfire_contracts.facts import spec_of
from beaconfire_contracts.facts.dispatch import UnitStatusChanged
from beaconfire_contracts.facts.standing_by import StandbyDeclined, StandbyOrdered, StandbyProposed
from beaconfire_testkit.builders import an_example_of


@pytest.mark.parametrize("kind", [StandbyProposed, StandbyOrdered, StandbyDeclined])
def test_it_stands_in_order_with_the_units_own_statuses(kind: type) -> None:
    assert (
        spec_of(an_example_of(kind)).key_field
        == spec_of(an_example_of(UnitStatusChanged)).key_field
    )
    standing, status = spec_of(an_example_of(kind)), spec_of(an_example_of(UnitStatusChanged))

    assert (standing.service, standing.key_field) == (status.service, status.key_field)
