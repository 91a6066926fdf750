"""Who may not be sent at all: read when advice is given, and again only when it is another set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_dispatch.adapters.at_work import AtWork
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.engine.away import Away
from beaconfire_dispatch.domain.recall import LEAVES_A_GAP
from beaconfire_dispatch.domain.unit import OUT_OF_WORK
from beaconfire_platform.database import Connection

AWAY_MAX: Final = 2_000
"""Units out of service that are read, those that left it last first: some 10 ms. Of a whole fleet
that stands still for a night no desk asks why it is not sent."""
# Who is on an order was read with the picture; called back for another incident, it was not.
_IDLE: Final = """
    primary_status <> 'available' and (status = any($1::text[]) or not exists (
        select from assignment a where a.unit_id = u.unit_id and upper_inf(a.during)
            and (a.recall_at is null or a.recall_reason <> all($2::text[]))))
"""
_MARK: Final = f"""
    select count(*), coalesce(sum(hashtext(unit_id::text || status)), 0) from unit u where {_IDLE}
"""
_ROWS: Final = f"""
    select unit_id, call_sign, capabilities, status, body, division, lon, lat
    from (select * from unit u where {_IDLE} order by since desc, unit_id limit $3) found
    join (select station_id, lon, lat from station) s using (station_id)
"""


@dataclass(slots=True)
class AwayRows:
    """What was read last, and the mark that it was read under."""

    _mark: tuple[int, int] | None = None
    _rows: Sequence[Any] = field(default_factory=list[Any])

    async def read(self, connection: Connection) -> Sequence[Any]:
        """The rows of all who are in no order and may not be sent, AWAY_MAX at most."""
        asked = (sorted(OUT_OF_WORK), sorted(LEAVES_A_GAP))
        count, marks = await connection.fetchrow(_MARK, *asked) or (0, 0)
        mark = (int(count), int(marks))
        if mark != self._mark:
            self._rows = await connection.fetch(_ROWS, *asked, AWAY_MAX)
            self._mark = mark
        return self._rows


def away_units(
    rows: Sequence[Any], at_work: Sequence[AtWork], whereabouts: Whereabouts
) -> Iterator[Away]:
    """These, and those at work on an incident, each with its reason and where it is."""
    idle: set[str] = set()
    for one in rows:
        unit_id, home = str(one["unit_id"]), Point(one["lon"], one["lat"])
        idle.add(unit_id)
        yield Away(
            unit_id, one["call_sign"], frozenset(one["capabilities"]),
            _reason(UnitStatus(one["status"])), whereabouts.of(unit_id, home), str(one["body"]),
            one["division"],
        )  # fmt: skip
    for one in at_work:
        unit = one.unit
        if unit.id not in idle:
            yield Away(
                unit.id, unit.call_sign, unit.capabilities, _reason(unit.status),
                whereabouts.of(unit.id, one.home), str(unit.body), unit.division,
                one.order.incident_id,
            )  # fmt: skip


def _reason(status: UnitStatus) -> str:
    return "out_of_service" if status in OUT_OF_WORK else "at_work"
