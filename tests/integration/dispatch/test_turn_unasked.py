"""Crews that are called off though nobody asked: only by the order that was named, as it is now."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.adapters.automatic_rows import PgAutomaticOrders
from beaconfire_dispatch.adapters.engine_rules import PgEngineRules
from beaconfire_dispatch.application.automatic_ports import Ordering, Turn
from beaconfire_dispatch.application.turn_unasked import Turned, keys, turn_unasked
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_testkit.city import City

UNASKED = Policy(1, PolicyMode.AUTO, 300, 60, may_divert_unasked=True)


async def test_who_left_that_order_meanwhile_is_not_called_off(city: City, tables: Any) -> None:
    away, urgent = await city.incident("medical", priority=3), await city.incident("medical")
    [order] = await city.order(away, "A1")
    unit_id, named = UnitId(order["unit_id"]), AssignmentId(order["id"])
    one = tables.tx.connection
    ordering = Ordering(
        PgAutomaticOrders(one), tables.units, tables.assignments, tables.demands, tables.policies,
        PgEngineRules(one), tables.deadlines, None, tables.tx,  # type: ignore[arg-type]  # unasked
    )  # fmt: skip
    demand = await tables.demands.get(IncidentId(urgent))

    async def turned(turn: Turn, policy: Policy = UNASKED) -> Turned:
        return await turn_unasked({unit_id: turn}, demand, policy, (), ordering=ordering)

    right = Turn(named, IncidentId(away))
    found = await turned(right)
    assert [(name, it.id) for name, it in found.leaving.items()] == [(unit_id, named)]
    assert await turned(replace(right, leaves=AssignmentId(urgent))) == Turned()
    assert await turned(replace(right, away=IncidentId(urgent))) == Turned()
    assert await turned(right, replace(UNASKED, may_divert_unasked=False)) == Turned()
    # it is coming to another incident: nobody stands it down for this one
    assert await turned(Turn(replaces=named, replaced=unit_id)) == Turned()
    assert keys({unit_id: right}) == (aggregate(away),)
    assert keys({unit_id: Turn(replaces=named, replaced=unit_id)}) == (aggregate(unit_id),)
