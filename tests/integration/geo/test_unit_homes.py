"""Whose units there are: read whole, and at once again when one is missing."""

from dataclasses import replace

from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.ids import UnitId
from beaconfire_geo.adapters.unit_homes import UnitHomes
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest


async def test_a_registered_unit_has_its_home_and_nobody_else_has(geo: ServiceUnderTest) -> None:
    unit = replace(an_example_of(UnitRegistered), unit_id=UnitId(new_id()), division="akl")
    await geo.tell(unit)
    await geo.catch_up()

    homes = await UnitHomes(geo.ground.database).of([unit.unit_id, "nobody"])

    assert homes[unit.unit_id] == (str(unit.body), "akl")
    assert "nobody" not in homes
