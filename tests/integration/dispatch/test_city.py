"""The city that dispatch is tested in tells what incident and geo would, and reads back."""

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_testkit.city import CELL, City


async def test_a_city_has_a_station_and_four_units_at_home(city: City) -> None:
    assert sorted(city.units) == ["A1", "E1", "E2", "L1"]
    for call_sign in city.units:
        unit = await city.unit(call_sign)
        assert (unit["station"], unit["status"]) == ("S1", "in_service")


async def test_an_incident_is_opened_by_the_centre_and_placed(city: City) -> None:
    placed = await city.incident()
    unplaced = await city.incident(path=None, at=None)

    first, second = await city.running.told(IncidentOpened)
    assert (first.incident_id, second.incident_id) == (placed, unplaced)
    assert first.owner.body == city.centre.body
    assert second.place.point is None
    [told] = await city.running.told(IncidentPlaced)
    assert (told.incident_id, told.path, told.cell) == (placed, CELL, "c1")
