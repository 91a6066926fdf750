"""The next is asked with as much time; each is asked once, until nobody is left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from beaconfire_contracts.facts.aid import AidRequested
from beaconfire_contracts.ids import AidId, BodyId, IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.needs import Need
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.application.ask_next import AskNext, ask_next, keys
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City
from beaconfire_testkit.neighbours import Neighbourhood

PATIENCE = timedelta(seconds=90)


async def test_each_is_asked_once_until_nobody_is_left(
    city: City, around: Neighbourhood, tables: Any, helping_in: Callable[[Any], Any]
) -> None:
    now, helping = wall_now(), helping_in(tables.tx)
    incident_id, root = IncidentId(await city.incident("fire")), AidId(new_id())
    command = AskNext(
        root, root, incident_id, BodyId(city.centre.body), (Need("engine", 1),), PATIENCE
    )
    demand = await helping.demands.get(incident_id)
    asked: list[str] = []
    while (one := await ask_next(command, demand, helping=helping, now=now)) is not None:
        asked.append(one.body)
        assert one.due_at - one.asked_at == PATIENCE
        await helping.aids.save(replace(one, state=AidState.EXPIRED))
        command = replace(command, aid_id=AidId(new_id()))

    assert asked == [around.near, around.far, around.above]
    assert [one.body for one in tables.told(AidRequested)] == asked
    assert keys(command) == (aggregate(incident_id),)
