"""Asking for aid: one body at a time, for an incident that is live, and not oneself."""

from collections.abc import Callable
from typing import Any

import pytest

from beaconfire_contracts.facts.aid import AidRequested
from beaconfire_contracts.ids import AidId, BodyId, IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.needs import Need
from beaconfire_dispatch.application.order_units import IncidentOver
from beaconfire_dispatch.application.request_aid import AidAsked, RequestAid, keys, request_aid
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City
from beaconfire_testkit.neighbours import Neighbourhood


def _command(city: City, incident_id: str) -> RequestAid:
    return RequestAid(
        AidId(new_id()), IncidentId(incident_id), BodyId(city.centre.body), (Need("engine", 1),)
    )


async def test_one_body_is_asked_at_a_time(
    city: City, around: Neighbourhood, tables: Any, helping_in: Callable[[Any], Any]
) -> None:
    command = _command(city, await city.incident("fire"))

    asked = await request_aid(command, helping=helping_in(tables.tx), now=wall_now())

    assert asked.body == around.near
    with pytest.raises(AidAsked):
        await request_aid(command, helping=helping_in(tables.tx), now=wall_now())
    assert len(tables.told(AidRequested)) == 1
    assert keys(command) == (aggregate(command.incident_id),)


async def test_nobody_is_asked_for_what_was_never_heard_of(
    city: City, tables: Any, helping_in: Callable[[Any], Any]
) -> None:
    with pytest.raises(IncidentOver):
        await request_aid(_command(city, new_id()), helping=helping_in(tables.tx), now=wall_now())
