"""Aid is over when the last unit that was given is done, and not before."""

from collections.abc import Callable
from typing import Any

from beaconfire_contracts.facts.aid import AidEnded
from beaconfire_contracts.ids import AidId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.application.end_aid import end_aid, keys
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City, post
from beaconfire_testkit.neighbours import Neighbourhood

ENGINES = {"needs": [{"capability": "engine", "count": 2}]}


async def test_it_is_over_with_the_last_of_them_once(
    city: City, around: Neighbourhood, tables: Any, helping_in: Callable[[Any], Any]
) -> None:
    incident_id = await city.incident("fire")
    asked = await post(city.desk, f"/v1/incidents/{incident_id}/aid", ENGINES, status=201)
    both = {"unit_ids": [city.units[sign]["id"] for sign in ("N1", "N2")]}
    desk = around.desk(around.near)
    refused = await desk.post(f"/v1/aid/{asked['id']}/accept", json=both)
    given = await post(
        desk, f"/v1/aid/{asked['id']}/accept", {"unit_ids": [city.units["N1"]["id"]]}
    )
    helping, now = helping_in(tables.tx), wall_now()
    one = await helping.aids.get(AidId(asked["id"]))

    assert refused.status_code == 422, "the other neighbour's unit is not theirs to give"
    assert not await end_aid(one, helping=helping, now=now)
    await city.step(given["assignments"][0], "clear")
    assert await end_aid(one, helping=helping, now=now)
    assert not await end_aid(one, helping=helping, now=now)
    assert len(tables.told(AidEnded)) == 1
    assert keys(one) == (aggregate(one.incident_id),)
