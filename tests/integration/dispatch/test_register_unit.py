"""A unit is registered once under its call sign, in service and available at its station."""

import asyncio

from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.vocabulary import PrimaryStatus, UnitKind, UnitStatus
from beaconfire_testkit.city import City


async def test_two_at_once_register_one_unit(city: City) -> None:
    units = await asyncio.gather(
        *(city.add_unit("R1", "rescue", "rescue", "ladder") for _ in range(8))
    )

    assert len({one["id"] for one in units}) == 1
    told = (await city.running.told(UnitRegistered))[-1]
    assert (told.call_sign, told.kind, told.capabilities) == (
        "R1", UnitKind.RESCUE, ("ladder", "rescue"),
    )  # fmt: skip
    assert (told.status, told.primary) == (UnitStatus.IN_SERVICE, PrimaryStatus.AVAILABLE)
    assert (told.station_id, told.division) == (city.station["id"], "akl")
