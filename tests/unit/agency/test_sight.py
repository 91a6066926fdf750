"""What seeing a thing is decided on."""

from beaconfire_agency.domain.sight import Sight
from beaconfire_contracts.ids import BodyId


def test_nobody_takes_part_unless_it_is_told() -> None:
    assert Sight("akl", BodyId("b1")).participants == frozenset()
