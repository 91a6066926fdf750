"""What did not change is not read again, and what changed is never missed."""

from dataclasses import replace

from beaconfire_contracts.facts.incident import IncidentReclassified
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.vocabulary import Priority
from beaconfire_dispatch.adapters.known_rows import FreeUnit, KnownRows
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.city import City, post


async def _units(city: City, known: KnownRows) -> dict[str, FreeUnit]:
    async with city.running.ground.database.reading() as connection:
        return {one.free.call_sign: one for one in await known.units(connection)}


async def _demands(city: City, known: KnownRows) -> dict[str, Demand]:
    async with city.running.ground.database.reading() as connection:
        return {str(one.incident_id): one for one in await known.demands(connection)}


async def test_only_the_unit_that_changed_is_another(city: City) -> None:
    known = KnownRows()
    before = await _units(city, known)
    path = f"/v1/units/{city.units['E2']['id']}/status"
    await post(city.desk, path, {"status": "returning"})

    after = await _units(city, known)

    assert list(after) == list(before)
    assert {name for name in after if after[name] is not before[name]} == {"E2"}
    assert after["E2"].version > before["E2"].version
    assert after["E2"].free.mobilise_s < before["E2"].free.mobilise_s


async def test_who_is_sent_is_gone_and_comes_back_as_what_it_is_then(city: City) -> None:
    known = KnownRows()
    before = await _units(city, known)
    [order] = await city.order(await city.incident(), "E1")
    sent = await _units(city, known)
    for step in ("on-scene", "clear"):
        await city.step(order, step)

    back = await _units(city, known)

    assert set(before) - set(sent) == {"E1"}
    assert set(back) == set(before)
    assert {name for name in back if back[name] is not before[name]} == {"E1"}
    assert back["E1"].version > before["E1"].version


async def test_the_same_rows_are_the_same_as_read_for_the_first_time(city: City) -> None:
    known = KnownRows()
    await _units(city, known)
    await city.order(await city.incident(), "L1")
    await city.incident()

    assert await _units(city, known) == await _units(city, KnownRows())
    assert await _demands(city, known) == await _demands(city, KnownRows())


async def test_only_the_demand_that_changed_is_another(city: City) -> None:
    known, some = KnownRows(), [await city.incident(priority=3) for _ in range(2)]
    before = await _demands(city, known)
    changed = replace(
        an_example_of(IncidentReclassified), incident_id=IncidentId(some[0]), priority=Priority.P1
    )
    await city.running.tell(changed)
    await city.running.catch_up()

    after = await _demands(city, known)

    assert after[some[0]] is not before[some[0]]
    assert after[some[1]] is before[some[1]]
