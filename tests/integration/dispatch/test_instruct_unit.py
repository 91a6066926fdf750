"""A desk's word is kept while anybody is sent to the incident, and there is an end of them."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.ids import IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.adapters.instructions import PgInstructions
from beaconfire_dispatch.application import instruct_unit as module
from beaconfire_dispatch.application.instruct_unit import (
    TooManyInstructions,
    instruct_unit,
    keys,
)
from beaconfire_dispatch.application.order_units import IncidentOver
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.instruction import Instruction, InstructionKind
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id

OPEN = Demand(IncidentId(new_id()), 1, "fire", 1, path="akl.d1", opened_at=wall_now())


def a_word(unit_id: str) -> Instruction:
    return Instruction(OPEN.incident_id, UnitId(unit_id), InstructionKind.VETOED, "mei", wall_now())


async def test_where_nobody_is_sent_any_more_nothing_is_said(tables: Any) -> None:
    instructions = PgInstructions(tables.tx.connection)

    with pytest.raises(IncidentOver):
        await instruct_unit(a_word(new_id()), replace(OPEN, ended=True), instructions=instructions)


async def test_there_are_so_many_words_and_no_more(
    city: Any, tables: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "INSTRUCTIONS_MAX", 1)
    instructions = PgInstructions(tables.tx.connection)
    first, second = (a_word(city.units[name]["id"]) for name in ("E1", "E2"))

    await instruct_unit(first, OPEN, instructions=instructions)
    await instruct_unit(first, OPEN, instructions=instructions)
    with pytest.raises(TooManyInstructions):
        await instruct_unit(second, OPEN, instructions=instructions)
    assert [one.unit_id for one in await instructions.of_incident(OPEN.incident_id)] == [
        first.unit_id
    ]


def test_its_locks_are_the_incidents_and_the_units() -> None:
    word = a_word(new_id())

    assert keys(word) == (aggregate(word.incident_id), aggregate(word.unit_id))
