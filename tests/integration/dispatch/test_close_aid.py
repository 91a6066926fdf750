"""A request that leads to no units is closed once; who still has time is not passed over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from beaconfire_contracts.ids import AidId, IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.application.close_aid import CloseAid, close_aid, keys
from beaconfire_dispatch.domain.aid import AidOver
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City, post
from beaconfire_testkit.neighbours import Neighbourhood

ENGINES = {"needs": [{"capability": "engine", "count": 2}]}


async def test_only_whose_time_is_over_is_passed_over_and_who_declined_stays_so(
    city: City, around: Neighbourhood, tables: Any, helping_in: Callable[[Any], Any]
) -> None:
    incident_id = IncidentId(await city.incident("fire"))
    asked = await post(city.desk, f"/v1/incidents/{incident_id}/aid", ENGINES, status=201)
    named, helping, now = AidId(asked["id"]), helping_in(tables.tx), wall_now()
    expire = CloseAid(named, incident_id, AidState.EXPIRED)
    decline = CloseAid(named, incident_id, AidState.DECLINED, "own_fire")

    early = await close_aid(expire, helping=helping, now=now)
    declined = await close_aid(decline, helping=helping, now=now)
    late = await close_aid(expire, helping=helping, now=now + timedelta(hours=1))

    assert [one.state.value for one in (early, declined, late)] == ["asked", "declined", "declined"]
    with pytest.raises(AidOver):
        await close_aid(decline, helping=helping, now=now)
    bodies = [one.body for one in await helping.aids.of_incident(incident_id)]
    assert bodies == [around.near, around.far]
    assert keys(decline) == (aggregate(incident_id),)
