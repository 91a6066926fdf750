"""The sections that the command offers are those that there are."""

from beaconfire.bench.sections import SECTIONS
from beaconfire.commands import bench


def test_the_command_offers_every_section() -> None:
    assert tuple(SECTIONS) == bench.SECTIONS
