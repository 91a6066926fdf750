"""Where units are: the newest fix of each, else home; geo is asked for what was before."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_platform.positions import Fix
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.service import ServiceUnderTest, a_subject

HOME = Point(174.7, -36.8)


async def _hears(whereabouts: Whereabouts, city: City, *fixes: Fix) -> None:
    listening = asyncio.create_task(whereabouts.listen_forever())
    for fix in fixes:
        city.running.ground.positions.publish([fix])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_who_never_told_is_at_home(whereabouts: Whereabouts) -> None:
    assert whereabouts.of("u", HOME) == HOME
    assert whereabouts.fix_of("u") is None


async def test_the_newest_fix_counts_in_whatever_order_they_come(
    city: City, whereabouts: Whereabouts
) -> None:
    now = wall_now()
    newer = Fix("u", 174.72, -36.82, now)
    older = Fix("u", 174.71, -36.81, now - timedelta(seconds=5))

    await _hears(whereabouts, city, newer, older)

    assert whereabouts.fix_of("u") == newer
    assert whereabouts.of("u", HOME) == Point(174.72, -36.82)


async def test_while_geo_is_away_everybody_is_at_home(whereabouts: Whereabouts) -> None:
    assert not await whereabouts.load()


async def test_what_moved_before_is_asked_of_geo(city: City, geo: ServiceUnderTest) -> None:
    unit = replace(an_example_of(UnitRegistered), unit_id=UnitId(new_id()), division="akl")
    await geo.tell(unit)
    await geo.catch_up()
    fix = {
        "unit_id": unit.unit_id, "lon": 174.73, "lat": -36.83,
        "observed_at": wall_now().isoformat(),
    }  # fmt: skip
    crew = geo.client(a_subject(Role.FIELD, unit_id=unit.unit_id))
    await post(crew, "/v1/positions", {"fixes": [fix]}, status=202)
    assert geo.service.close is not None
    await geo.service.close()  # writes what it holds in memory
    service = geo.client(a_subject(Role.SERVICE))
    whereabouts = Whereabouts(city.running.ground.positions, service)

    assert await whereabouts.load()
    assert whereabouts.of(unit.unit_id, HOME) == Point(174.73, -36.83)


async def test_a_units_position_is_its_stations_until_it_moves(city: City) -> None:
    unit = await get(city.desk, f"/v1/units/{city.units['E1']['id']}")

    assert unit["position"] == city.station["point"]
    assert unit["observed_at"] is None
