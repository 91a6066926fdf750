"""A station is registered once under its code, and tells where it is and whose."""

import asyncio

from beaconfire_contracts.facts.dispatch import StationRegistered
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City


async def test_two_at_once_register_one_station(city: City) -> None:
    stations = await asyncio.gather(*(city.add_station("S7") for _ in range(8)))

    assert len({one["id"] for one in stations}) == 1
    _, told = await city.running.told(StationRegistered)
    assert (told.station_id, told.code, told.body) == (stations[0]["id"], "S7", city.centre.body)
    assert (told.point.lon, told.point.lat, told.division) == (*AKL, "akl")
