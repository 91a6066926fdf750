"""How long a crew needs to a new place: from where it was seen, and longer while in quarters."""

import pytest

from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.arrivals import RoadArrivals
from beaconfire_dispatch.adapters.known_rows import IN_QUARTERS_S, ON_THE_ROAD_S
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_platform.ids import new_id
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City


async def test_who_is_under_way_need_not_leave_the_station_first(
    city: City, whereabouts: Whereabouts
) -> None:
    first, _ = await city.order(await city.incident(), "E1", "E2")
    await city.step(first, "en-route")
    ids = [UnitId(city.units[one]["id"]) for one in ("E1", "E2")]
    ground = city.running.ground

    async with ground.database.reading() as connection:
        arrivals = RoadArrivals(connection, Roads(ground.database, ground.http), whereabouts)
        at_home = await arrivals.seconds([*ids, UnitId(new_id())], Point(*AKL))
        away = await arrivals.seconds(ids, Point(AKL[0] + 0.05, AKL[1]))

    assert at_home == {ids[0]: ON_THE_ROAD_S, ids[1]: IN_QUARTERS_S}
    assert away[ids[1]] - away[ids[0]] == pytest.approx(IN_QUARTERS_S - ON_THE_ROAD_S)
    assert away[ids[0]] > at_home[ids[0]] + 60
