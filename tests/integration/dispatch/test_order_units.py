"""An order is given to all or to none, and locks the incident and each unit before it looks."""

import asyncio
from typing import Any

from beaconfire_contracts.facts.dispatch import AssignmentDispatched
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.application.order_units import OrderUnits, keys, order_units
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City


async def test_a_fence_grows_with_every_order_of_a_unit(city: City) -> None:
    fences: list[int] = []
    for _ in range(3):
        [one] = await city.order(await city.incident(), "E1")
        fences.append(one["fence"])
        await city.step(one, "clear")

    assert fences == [1, 2, 3]


async def test_an_order_to_what_nobody_heard_of_yet_has_the_patience_of_priority_two(
    city: City, tables: Any
) -> None:
    unit_id, now = UnitId(city.units["E1"]["id"]), wall_now()
    command = OrderUnits(
        IncidentId(new_id()), {unit_id: AssignmentId(new_id())}, {unit_id: now}, None
    )

    [one] = await order_units(
        command,
        units=tables.units,
        assignments=tables.assignments,
        demands=tables.demands,
        policies=tables.policies,
        facts=tables.tx,
        now=now,
    )

    assert (one.acknowledge_by - now).total_seconds() == 60
    assert one.eta_at == now
    assert (await tables.units.get(unit_id)).last_sent_at == now
    [told] = tables.told(AssignmentDispatched)
    assert told.acknowledge_by == one.acknowledge_by
    assert set(keys(command)) == {aggregate(command.incident_id), aggregate(unit_id)}


async def test_of_two_orders_at_once_that_share_a_unit_one_is_given_whole(city: City) -> None:
    incidents = [await city.incident(), await city.incident()]
    desk = city.desk

    async def give(incident_id: str, *call_signs: str) -> int:
        asked = {"unit_ids": [city.units[one]["id"] for one in call_signs]}
        answer = await desk.post(f"/v1/incidents/{incident_id}/dispatch", json=asked)
        return answer.status_code

    codes = await asyncio.gather(give(incidents[0], "E1", "L1"), give(incidents[1], "E2", "L1"))

    assert sorted(codes) == [201, 409]
    at_work = {one for one in city.units if (await city.unit(one))["incident_id"]}
    assert at_work in ({"E1", "L1"}, {"E2", "L1"})
