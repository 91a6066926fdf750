"""What desks said is kept by incident and unit, and counts for a matching while it is live."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.ids import IncidentId, UnitId
from beaconfire_dispatch.adapters.instructions import PgInstructions, read_in_force
from beaconfire_dispatch.domain.instruction import Instruction, InstructionKind
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City


async def test_the_last_word_on_a_unit_counts_and_none_of_an_incident_that_is_over(
    city: City, tables: Any
) -> None:
    incident_id = IncidentId(await city.incident("fire"))
    unit_id = UnitId(city.units["E1"]["id"])
    instructions = PgInstructions(tables.tx.connection)
    word = Instruction(incident_id, unit_id, InstructionKind.VETOED, "mei", wall_now())
    await instructions.give(word)
    await instructions.give(replace(word, kind=InstructionKind.KEPT))

    in_force = await read_in_force(tables.tx.connection)
    await tables.tx.connection.execute("update demand set ended = true")
    over = await read_in_force(tables.tx.connection)

    assert in_force == [(str(incident_id), str(unit_id), InstructionKind.KEPT)]
    assert over == []
    await instructions.lift(incident_id, unit_id)
    assert await instructions.of_incident(incident_id) == []


async def test_a_unit_that_is_kept_stays_kept_on_its_way_and_no_longer_once_its_order_ended(
    city: City, tables: Any
) -> None:
    incident_id = IncidentId(await city.incident("fire"))
    unit_id = UnitId(city.units["E1"]["id"])
    path = f"/v1/incidents/{incident_id}/instructions/{unit_id}"
    answer = await city.desk.put(path, json={"kind": "kept"})
    assert answer.is_success, answer.text
    instructions = PgInstructions(tables.tx.connection)

    [order] = await city.order(incident_id, "E1")
    on_its_way = await read_in_force(tables.tx.connection)
    await city.step(order, "clear")
    afterwards = await read_in_force(tables.tx.connection)

    assert on_its_way == [(str(incident_id), str(unit_id), InstructionKind.KEPT)]
    assert (afterwards, await instructions.of_incident(incident_id)) == ([], [])
