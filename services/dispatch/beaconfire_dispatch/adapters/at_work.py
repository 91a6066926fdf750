"""Who is on which incident by which order, and who of them may still be turned round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import AssignmentStatus
from beaconfire_dispatch.adapters.postgres import UNIT_COLUMNS, unit_of
from beaconfire_dispatch.domain.engine.state import UnderWay
from beaconfire_dispatch.domain.recall import LEAVES_A_GAP, STILL_COMING
from beaconfire_dispatch.domain.unit import OUT_OF_WORK, Unit
from beaconfire_platform.database import Connection

# Who is called back while its incident goes on does not come, and fills no line of it: another is
# asked for at once, or is there. Who arrived before it heard of that is at work.
_AT_WORK: Final = f"""
    select u.*, s.lon as home_lon, s.lat as home_lat, a.incident_id, a.assignment_id,
           a.status as step, a.recall_at is not null as is_recalled,
           a.turned_from is not null as was_turned
    from assignment a join (select {UNIT_COLUMNS} from unit) u using (unit_id)
    join (select station_id as at, lon, lat from station) s on s.at = u.station_id
    where upper_inf(a.during) and (a.recall_at is null or a.recall_reason <> all($1::text[]))
    order by unit_id
"""
_TURNED: Final = """
    select incident_id, count(*) from assignment
    where turned_from is not null and incident_id = any($1::uuid[]) group by incident_id
"""


@dataclass(frozen=True, slots=True)
class AtWork:
    """One unit on one incident."""

    unit: Unit
    home: Point
    order: UnderWay
    may_turn: bool
    """Whether it is on its way, able, and not called back already."""
    was_turned: bool
    """Whether it was turned round for this one: no crew is driven to and fro."""


async def read_at_work(connection: Connection) -> list[AtWork]:
    """Everybody who was sent and has not been let go, by unit."""
    return [_at_work_of(one) for one in await connection.fetch(_AT_WORK, sorted(LEAVES_A_GAP))]


async def read_turned(connection: Connection, incident_ids: Sequence[str]) -> Mapping[str, int]:
    """For how many orders of each incident a crew was turned round."""
    return {str(name): count for name, count in await connection.fetch(_TURNED, incident_ids)}


def _at_work_of(record: Mapping[str, Any]) -> AtWork:
    unit = unit_of(record)
    is_coming = AssignmentStatus(record["step"]) in STILL_COMING and not record["is_recalled"]
    return AtWork(
        unit,
        Point(record["home_lon"], record["home_lat"]),
        UnderWay(str(record["incident_id"]), str(record["assignment_id"])),
        is_coming and unit.status not in OUT_OF_WORK,
        bool(record["was_turned"]),
    )
