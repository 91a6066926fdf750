"""The words of desks on units in SQL, and those that count for a matching."""

from collections.abc import Sequence
from typing import Any, Final

from beaconfire_contracts.ids import IncidentId, UnitId
from beaconfire_dispatch.domain.instruction import Instruction, InstructionKind, InstructionReason
from beaconfire_platform.database import Connection

_COLUMNS: Final = "incident_id, unit_id, kind, given_by, given_at, reason"
IS_OVER: Final = """
    (i.kind = 'kept' and exists (
        select from assignment a where a.unit_id = i.unit_id and a.incident_id = i.incident_id
          and not upper_inf(a.during) and upper(a.during) >= i.given_at))
"""
"""Who was kept and sent is kept until that order ends: then the word was followed."""
_OF_INCIDENT: Final = f"""
    select {_COLUMNS} from instruction i where incident_id = $1 and not {IS_OVER} order by unit_id
"""
_GIVE: Final = f"""
    insert into instruction ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6)
    on conflict (incident_id, unit_id) do update
    set kind = excluded.kind, given_by = excluded.given_by, given_at = excluded.given_at,
        reason = excluded.reason
"""
_KEPT_ELSEWHERE: Final = """
    delete from instruction where unit_id = $2 and kind = 'kept' and incident_id <> $1
"""
_LIFT: Final = "delete from instruction where incident_id = $1 and unit_id = $2"
_IN_FORCE: Final = f"""
    select i.incident_id, i.unit_id, i.kind from instruction i join demand d using (incident_id)
    where d.merged_into is null and not d.ended and not {IS_OVER}
"""


class PgInstructions:
    """Instructions over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def of_incident(self, incident_id: IncidentId) -> Sequence[Instruction]:
        """Those of one incident, by unit."""
        found = await self._connection.fetch(_OF_INCIDENT, incident_id)
        return [_instruction_of(one) for one in found]

    async def give(self, instruction: Instruction) -> None:
        """Keep one; a unit that was kept elsewhere is kept there no longer."""
        if instruction.kind is InstructionKind.KEPT:
            await self._connection.execute(
                _KEPT_ELSEWHERE, instruction.incident_id, instruction.unit_id
            )
        await self._connection.execute(
            _GIVE, instruction.incident_id, instruction.unit_id, instruction.kind.value,
            instruction.given_by, instruction.given_at, instruction.reason,
        )  # fmt: skip

    async def lift(self, incident_id: IncidentId, unit_id: UnitId) -> None:
        """Forget one."""
        await self._connection.execute(_LIFT, incident_id, unit_id)


async def read_in_force(connection: Connection) -> list[tuple[str, str, InstructionKind]]:
    """Incident, unit and kind of each that a matching keeps to."""
    return [
        (str(one["incident_id"]), str(one["unit_id"]), InstructionKind(one["kind"]))
        for one in await connection.fetch(_IN_FORCE)
    ]


def _instruction_of(record: Any) -> Instruction:
    return Instruction(
        IncidentId(str(record["incident_id"])), UnitId(str(record["unit_id"])),
        InstructionKind(record["kind"]), record["given_by"], record["given_at"],
        None if record["reason"] is None else InstructionReason(record["reason"]),
    )  # fmt: skip
