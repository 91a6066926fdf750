"""Rows by their version: of thousands that a round looks at only what changed is read again."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_dispatch.adapters.demands import DEMAND_COLUMNS, demand_of
from beaconfire_dispatch.adapters.postgres import UNIT_COLUMNS, unit_of
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.engine.state import Free
from beaconfire_dispatch.domain.unit import Unit
from beaconfire_platform.database import Connection

DEMANDS_MAX: Final = 500
"""More open incidents than this are a disaster: the most urgent and oldest are matched first."""
IN_QUARTERS_S: Final = 60.0
ON_THE_ROAD_S: Final = 10.0
"""How long it takes to leave: from the station, and from the radio."""
_IN_QUARTERS: Final = frozenset(
    {UnitStatus.IN_SERVICE, UnitStatus.DISPATCHED, UnitStatus.ACKNOWLEDGED}
)
_OPEN: Final = """
    select incident_id, xmin::text as row_version from demand
    where merged_into is null and not ended and response_id is not null and lon is not null
    order by answered, priority, opened_at, incident_id limit $1
"""
_DEMANDS: Final = f"""
    select {DEMAND_COLUMNS}, xmin::text as row_version from demand where incident_id = any($1)
"""
_FREE: Final = """
    select u.unit_id, u.xmin::text || '/' || s.xmin::text as row_version
    from unit u join station s using (station_id)
    where primary_status = 'available' and not exists (select 1 from assignment a
        where a.unit_id = u.unit_id and upper_inf(a.during))
    order by unit_id
"""
# A map may move a station: the rows of both say together when anything of a unit changed.
_UNITS: Final = f"""
    select {UNIT_COLUMNS}, u.version_of || '/' || s.version_of as row_version,
        s.lon as home_lon, s.lat as home_lat
    from (select {UNIT_COLUMNS}, xmin::text as version_of from unit where unit_id = any($1)) u
    join (select station_id as at, lon, lat, xmin::text as version_of from station) s
        on s.at = u.station_id
"""


@dataclass(frozen=True, slots=True)
class FreeUnit:
    """A unit that may be sent as its row says it (空闲力量)."""

    free: Free
    home: Point
    version: int


@dataclass(slots=True)
class KnownRows:
    """What the last round read; nothing is kept of what is not looked at any more."""

    _demands: dict[tuple[Any, str], Demand] = field(default_factory=dict[tuple[Any, str], Demand])
    _units: dict[tuple[Any, str], FreeUnit] = field(default_factory=dict[tuple[Any, str], FreeUnit])

    async def demands(self, connection: Connection) -> list[Demand]:
        """The open demands, the most urgent and oldest first."""
        found = _keys(await connection.fetch(_OPEN, DEMANDS_MAX), "incident_id")
        new = [key[0] for key in found if key not in self._demands]
        rows = await connection.fetch(_DEMANDS, new) if new else []
        read = {(one["incident_id"], one["row_version"]): demand_of(one) for one in rows}
        self._demands = {key: self._demands.get(key) or read[key] for key in found}
        return list(self._demands.values())

    async def units(self, connection: Connection) -> list[FreeUnit]:
        """The units that may be sent and have no order, by id."""
        found = _keys(await connection.fetch(_FREE), "unit_id")
        new = [key[0] for key in found if key not in self._units]
        rows = await connection.fetch(_UNITS, new) if new else []
        read = {(one["unit_id"], one["row_version"]): _free_unit_of(one) for one in rows}
        self._units = {key: self._units.get(key) or read[key] for key in found}
        return list(self._units.values())


def _keys(rows: Sequence[Any], member: str) -> list[tuple[Any, str]]:
    return [(one[member], one["row_version"]) for one in rows]


def _free_unit_of(record: Mapping[str, Any]) -> FreeUnit:
    unit = unit_of(record)
    home = Point(record["home_lon"], record["home_lat"])
    return FreeUnit(free_of(unit), home, unit.version)


def free_of(unit: Unit) -> Free:
    """A unit as the engine names it, whatever it is on."""
    idle_since = unit.last_sent_at or unit.since
    return Free(
        str(unit.id), unit.call_sign, unit.capabilities, math.floor(-idle_since.timestamp()),
        mobilise_s(unit.status), path=unit.division, body=str(unit.body),
    )  # fmt: skip


def mobilise_s(status: UnitStatus) -> float:
    """How long a unit of this status takes to leave."""
    return IN_QUARTERS_S if status in _IN_QUARTERS else ON_THE_ROAD_S
