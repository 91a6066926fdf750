"""Deadlines as rows: what must have happened by a moment, and whether it was raised."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.vocabulary import OverdueMatter
from beaconfire_dispatch.adapters.postgres import WALL_FLOOR_S
from beaconfire_dispatch.domain.recall import Deadline
from beaconfire_platform.database import Connection

_SET: Final = """
    insert into deadline (matter, subject_id, incident_id, unit_id, due_at)
    values ($1, $2, $3, $4, $5)
    on conflict (matter, subject_id) do update set due_at = excluded.due_at,
        incident_id = excluded.incident_id, set_wall = clock_timestamp(), raised_at = null,
        is_open = true
    where deadline.matter = 'address' and not deadline.is_open
"""
_IS_OPEN: Final = "select is_open from deadline where matter = $1 and subject_id = $2"
_CLOSE: Final = """
    update deadline set is_open = false, raised_at = $3 where matter = $1 and subject_id = $2
"""
# An order may have been moved by a merge since, and its incident may be followed in another.
_DUE: Final = """
    select d.matter, d.subject_id, d.unit_id, d.due_at,
           coalesce(here.merged_into, here.incident_id, a.incident_id) as incident_id
    from deadline d join assignment a on a.assignment_id = d.subject_id
    left join demand here on here.incident_id = a.incident_id
    where d.is_open and d.due_at <= $1
      and d.set_wall <= clock_timestamp() - make_interval(secs => $2)
    order by d.due_at limit $3
"""


class PgDeadlines:
    """Deadlines over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def set(self, deadline: Deadline) -> None:
        """Keep one; of a matter and subject that has one already, the first stays.

        A place may move again: once the last address is settled, the next has a limit of its own.
        """
        one = deadline
        await self._connection.execute(
            _SET, one.matter, one.subject_id, one.incident_id, one.unit_id, one.due_at
        )

    async def is_open(self, deadline: Deadline) -> bool:
        """Whether it still waits for its moment."""
        return bool(await self._connection.fetchval(_IS_OPEN, deadline.matter, deadline.subject_id))

    async def close(self, deadline: Deadline, raised_at: datetime | None) -> None:
        """It has come: raised, or moot."""
        await self._connection.execute(_CLOSE, deadline.matter, deadline.subject_id, raised_at)

    async def due(self, now: datetime, limit: int) -> Sequence[Deadline]:
        """Those that have come, by business time and by the wall, the longest overdue first."""
        return [
            Deadline(
                OverdueMatter(one["matter"]),
                AssignmentId(str(one["subject_id"])),
                IncidentId(str(one["incident_id"])),
                UnitId(str(one["unit_id"])),
                one["due_at"],
            )
            for one in await self._connection.fetch(_DUE, now, WALL_FLOOR_S, limit)
        ]
