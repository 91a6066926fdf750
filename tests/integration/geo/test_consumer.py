"""What geo hears: places, endings, whose units there are."""

from dataclasses import replace

from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.ids import UnitId
from beaconfire_geo.adapters.unit_homes import UnitHomes
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.grid import at, opened
from beaconfire_testkit.service import ServiceUnderTest


async def test_without_a_layer_a_place_is_kept_and_waits(geo: ServiceUnderTest) -> None:
    await geo.tell(opened(at(174.705, -36.895)))
    await geo.catch_up()

    [placed] = await geo.told(IncidentPlaced)
    assert (placed.path, placed.layer_version) == ("unplaced", 0)


async def test_a_log_heard_twice_places_once(geo: ServiceUnderTest) -> None:
    await geo.tell(opened(at(174.705, -36.895)))
    await geo.catch_up()
    consumer = geo.service.consumers[0]
    await geo.ground.database.pool.execute("update position set epoch = 0, txid = 0, row = 0")
    await consumer.close()

    await geo.catch_up()

    assert len(await geo.told(IncidentPlaced)) == 1


async def test_whose_unit_it_is_is_known_from_dispatch(geo: ServiceUnderTest) -> None:
    unit = replace(an_example_of(UnitRegistered), unit_id=UnitId(new_id()), division="akl.north")
    await geo.tell(unit)
    await geo.catch_up()

    homes = await UnitHomes(geo.ground.database).of([unit.unit_id, new_id()])
    assert homes == {unit.unit_id: (unit.body, "akl.north")}
