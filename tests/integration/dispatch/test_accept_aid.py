"""Units are given all or none; a request that was answered gives nobody."""

from collections.abc import Callable
from typing import Any

import pytest

from beaconfire_contracts.ids import AidId, AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.refusals import UnitTaken
from beaconfire_dispatch.application.accept_aid import AcceptAid, accept_aid, keys
from beaconfire_dispatch.domain.aid import AidOver
from beaconfire_platform.clock import wall_now
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City, post
from beaconfire_testkit.neighbours import Neighbourhood

ENGINES = {"needs": [{"capability": "engine", "count": 2}]}


async def _accept(tables: Any, command: AcceptAid, helping_in: Callable[[Tx], Any]) -> list[Any]:
    return await accept_aid(
        command, helping=helping_in(tables.tx), units=tables.units,
        assignments=tables.assignments, policies=tables.policies, now=wall_now(),
    )  # fmt: skip


async def test_all_go_or_none_and_once(
    city: City, around: Neighbourhood, tables: Any, helping_in: Callable[[Tx], Any]
) -> None:
    incident_id = IncidentId(await city.incident("fire"))
    asked = await post(city.desk, f"/v1/incidents/{incident_id}/aid", ENGINES, status=201)
    await city.order(await city.incident(None), "E1")
    names = [UnitId(city.units[one]["id"]) for one in ("N1", "E1")]

    def command(*units: UnitId) -> AcceptAid:
        return AcceptAid(
            AidId(asked["id"]), incident_id, {one: AssignmentId(new_id()) for one in units}, {}
        )

    with pytest.raises(UnitTaken):
        await _accept(tables, command(*names), helping_in)
    assert asked["body"] == around.near
    assert keys(command(names[0])) == (aggregate(incident_id), aggregate(names[0]))


async def test_who_answered_gives_nobody_more(
    city: City, around: Neighbourhood, tables: Any, helping_in: Callable[[Tx], Any]
) -> None:
    incident_id = IncidentId(await city.incident("fire"))
    asked = await post(city.desk, f"/v1/incidents/{incident_id}/aid", ENGINES, status=201)
    first, second = (
        AcceptAid(AidId(asked["id"]), incident_id,
                  {UnitId(city.units[sign]["id"]): AssignmentId(new_id())}, {})
        for sign in ("N1", "N2")
    )  # fmt: skip

    [one] = await _accept(tables, first, helping_in)
    with pytest.raises(AidOver):
        await _accept(tables, second, helping_in)

    assert one.unit_id == city.units["N1"]["id"]
    assert await tables.assignments.open_of_unit(UnitId(city.units["N2"]["id"])) is None
    assert around.near == asked["body"]
