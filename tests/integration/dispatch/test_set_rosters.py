"""Rosters are set under the lock of each area, since that is the stream they are told on."""

from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.application.set_rosters import SetRosters, keys, set_rosters
from beaconfire_dispatch.domain.roster import Roster


def test_each_area_is_locked() -> None:
    rosters = (Roster("a.b", 0, "UTC", ()), Roster("a.c", 0, "UTC", ()))

    assert keys(SetRosters(rosters, (None, None), "mei")) == (aggregate("a.b"), aggregate("a.c"))
    assert set_rosters.__doc__
