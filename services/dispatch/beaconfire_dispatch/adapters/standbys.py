"""Where units stand by, in SQL: one row a unit, which counts until the unit's next order."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from beaconfire_contracts.ids import StationId, UnitId
from beaconfire_contracts.vocabulary import StandbyReason
from beaconfire_dispatch.domain.standby import Standby, StandbyState
from beaconfire_platform.database import Connection

_COLUMNS: Final = "unit_id, station_id, fence, reason, gain, state, since"
_SAVE: Final = f"""
    insert into standby ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (unit_id) do update set station_id = excluded.station_id, fence = excluded.fence,
        reason = excluded.reason, gain = excluded.gain, state = excluded.state,
        since = excluded.since
"""
_IN_FORCE: Final = f"""
    select {", ".join(f"s.{one.strip()}" for one in _COLUMNS.split(","))}
    from standby s join unit u using (unit_id)
    where s.fence = u.fence and u.primary_status = 'available' and not exists (
        select from assignment a where a.unit_id = s.unit_id and upper_inf(a.during))
    order by s.unit_id
"""


class PgStandbys:
    """Places over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def of(self, unit_id: UnitId) -> Standby | None:
        """The last word on a unit's place."""
        record = await self._connection.fetchrow(
            f"select {_COLUMNS} from standby where unit_id = $1", unit_id
        )
        return None if record is None else _standby_of(record)

    async def save(self, standby: Standby) -> None:
        """Keep it in place of the last."""
        one = standby
        await self._connection.execute(
            _SAVE, one.unit_id, one.station_id, one.fence, one.reason, one.gain, one.state,
            one.since,
        )  # fmt: skip

    async def in_force(self) -> Sequence[Standby]:
        """Those of units that are free and had no order since, whatever became of them."""
        return [_standby_of(one) for one in await self._connection.fetch(_IN_FORCE)]


def _standby_of(record: Mapping[str, Any]) -> Standby:
    reason = record["reason"]
    return Standby(
        UnitId(str(record["unit_id"])), StationId(str(record["station_id"])), record["fence"],
        None if reason is None else StandbyReason(reason), record["gain"],
        StandbyState(record["state"]), record["since"],
    )  # fmt: skip
