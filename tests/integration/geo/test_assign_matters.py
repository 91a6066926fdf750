"""Matters are assigned under the lock of their one list."""

from beaconfire_contracts.locks import aggregate
from beaconfire_geo.application.assign_matters import LIST, AssignMatters, keys


def test_the_list_is_locked() -> None:
    assert keys(AssignMatters((), None, "test")) == (aggregate(LIST),)
