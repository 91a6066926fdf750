"""Keep a unit for an incident, or veto it there: the engine proposes accordingly from now on."""

from collections.abc import Sequence
from typing import Protocol

from beaconfire_contracts.ids import IncidentId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_dispatch.application.order_units import IncidentOver
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.instruction import INSTRUCTIONS_MAX, Instruction


class TooManyInstructions(Conflict):
    """An incident has as many instructions as it may: lift one first."""


class Instructions(Protocol):
    """The words of desks that are in force."""

    async def of_incident(self, incident_id: IncidentId) -> Sequence[Instruction]:
        """Those of one incident, by unit."""
        ...

    async def give(self, instruction: Instruction) -> None:
        """Keep one in place of another on the same unit; who is kept is kept for one incident."""
        ...

    async def lift(self, incident_id: IncidentId, unit_id: UnitId) -> None:
        """Forget one; one that is not there is no error."""
        ...


def keys(instruction: Instruction) -> tuple[LockKey, ...]:
    """The incident and the unit."""
    return (aggregate(instruction.incident_id), aggregate(instruction.unit_id))


async def instruct_unit(
    instruction: Instruction, demand: Demand, *, instructions: Instructions
) -> Instruction:
    """Keep it; IncidentOver where nobody is sent any more."""
    if not demand.is_live:
        raise IncidentOver
    there = await instructions.of_incident(instruction.incident_id)
    others = [one for one in there if one.unit_id != instruction.unit_id]
    if len(others) >= INSTRUCTIONS_MAX:
        raise TooManyInstructions(limit=INSTRUCTIONS_MAX)
    await instructions.give(instruction)
    return instruction
