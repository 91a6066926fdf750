"""Requests for aid, bodies, and whose free units could help, in SQL beside their row mapping."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.ids import AidId, AssignmentId, BodyId, IncidentId, UnitId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.adapters.postgres import WALL_FLOOR_S
from beaconfire_dispatch.application.ports import Arrivals
from beaconfire_dispatch.domain.aid import Aid, KnownBody, Lender
from beaconfire_platform import codec
from beaconfire_platform.database import Connection

AID_COLUMNS: Final = """
    aid_id, root_id, incident_id, body, for_body, needs, state, asked_at, due_at, reason, version
"""
LENDERS_MAX: Final = 400
"""Units whose road time is found for a request, those whose stations are nearest: more free ones
around are no shortage."""
FAR_S: Final = 1e9
"""Where no road or no place is known: after everybody whose way is."""
_ADD: Final = f"""
    insert into aid ({AID_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_GIVE: Final = "insert into aid_assignment (assignment_id, aid_id) values ($1, $2)"
_AT_WORK: Final = """
    select exists (select from aid_assignment g join assignment a using (assignment_id)
        where g.aid_id = $1 and upper_inf(a.during))
"""
_DUE: Final = f"""
    select {AID_COLUMNS} from aid where state = 'asked' and due_at <= $1
      and asked_wall <= clock_timestamp() - make_interval(secs => $2)
    order by due_at limit $3
"""
# Who was asked for what is over, and those whose last unit is done.
_DONE: Final = f"""
    select {AID_COLUMNS} from aid x where (state = 'asked' and exists (select from demand d
          where d.incident_id = x.incident_id and (d.ended or d.merged_into is not null)))
       or (state = 'accepted' and not exists (select from aid_assignment g
          join assignment a using (assignment_id)
          where g.aid_id = x.aid_id and upper_inf(a.during)))
    order by asked_at limit $1
"""
_LENDERS: Final = """
    select u.unit_id, u.body from unit u join station s using (station_id)
    where u.primary_status = 'available' and u.capabilities && $1::text[]
      and not exists (select from assignment a
          where a.unit_id = u.unit_id and upper_inf(a.during))
    order by power((s.lon - $3) * cosd($4), 2) + power(s.lat - $4, 2), u.unit_id limit $2
"""
_KEEP_BODY: Final = """
    insert into body (body_id, parent, division) values ($1, $2, $3)
    on conflict (body_id) do update set parent = excluded.parent, division = excluded.division
"""
_NEEDS: Final = msgspec.json.Decoder(tuple[Need, ...])


class PgAids:
    """Requests for aid over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, aid_id: AidId) -> Aid:
        """One request; NotFound when there is none."""
        record = await self._connection.fetchrow(
            f"select {AID_COLUMNS} from aid where aid_id = $1", aid_id
        )
        if record is None:
            raise NotFound
        return aid_of(record)

    async def of_incident(self, incident_id: IncidentId) -> Sequence[Aid]:
        """All of an incident, the oldest first."""
        found = await self._connection.fetch(
            f"select {AID_COLUMNS} from aid where incident_id = $1 order by asked_at, aid_id",
            incident_id,
        )
        return [aid_of(one) for one in found]

    async def add(self, aid: Aid) -> None:
        """Keep a new one."""
        one = aid
        await self._connection.execute(
            _ADD, one.id, one.root_id, one.incident_id, one.body, one.for_body,
            codec.encode(one.needs), one.state, one.asked_at, one.due_at, one.reason, one.version,
        )  # fmt: skip

    async def save(self, aid: Aid) -> None:
        """Keep a changed one."""
        await self._connection.execute(
            "update aid set state = $2, reason = $3, version = $4 where aid_id = $1",
            aid.id, aid.state, aid.reason, aid.version,
        )  # fmt: skip

    async def give(self, aid: Aid, assignment_ids: Sequence[AssignmentId]) -> None:
        """Keep which orders it led to."""
        await self._connection.executemany(_GIVE, [(one, aid.id) for one in assignment_ids])

    async def is_at_work(self, aid_id: AidId) -> bool:
        """Whether any of the units that were given is still on the incident."""
        return bool(await self._connection.fetchval(_AT_WORK, aid_id))

    async def due(self, now: datetime, limit: int) -> Sequence[Aid]:
        """Those whose time to answer is over, by business time and by the wall."""
        return [aid_of(one) for one in await self._connection.fetch(_DUE, now, WALL_FLOOR_S, limit)]

    async def done(self, limit: int) -> Sequence[Aid]:
        """Those of incidents that are over, and those whose last unit is done."""
        return [aid_of(one) for one in await self._connection.fetch(_DONE, limit)]


class PgNeighbours:
    """Bodies and their free units over one connection."""

    def __init__(self, connection: Connection, arrivals: Arrivals) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection
        self._arrivals = arrivals

    async def bodies(self) -> Mapping[BodyId, KnownBody]:
        """All bodies that agency told of."""
        return {
            BodyId(one["body_id"]): KnownBody(
                BodyId(one["body_id"]),
                None if one["parent"] is None else BodyId(one["parent"]),
                one["division"],
            )
            for one in await self._connection.fetch("select body_id, parent, division from body")
        }

    async def lenders(self, needs: Sequence[Need], point: Point | None) -> Sequence[Lender]:
        """Bodies with free units that fill any of these lines, with the road time of each unit."""
        able = sorted({name for need in needs for name in (need.capability, *need.alternatives)})
        where = (None, None) if point is None else (point.lon, point.lat)
        found = await self._connection.fetch(_LENDERS, able, LENDERS_MAX, *where)
        units = {UnitId(str(one["unit_id"])): BodyId(one["body"]) for one in found}
        ways: Mapping[UnitId, float] = {}
        if point is not None and units:
            ways = await self._arrivals.seconds(tuple(units), point)
        return [Lender(body, ways.get(unit_id, FAR_S)) for unit_id, body in units.items()]


async def keep_body_of(connection: Connection, told: BodyRegistered) -> None:
    """A body as agency tells of it."""
    await connection.execute(_KEEP_BODY, told.body_id, told.territorial_parent, told.division)


def aid_of(record: Mapping[str, Any]) -> Aid:
    """A request from its row."""
    return Aid(
        AidId(str(record["aid_id"])),
        AidId(str(record["root_id"])),
        IncidentId(str(record["incident_id"])),
        BodyId(record["body"]),
        BodyId(record["for_body"]),
        _NEEDS.decode(record["needs"]),
        AidState(record["state"]),
        record["asked_at"],
        record["due_at"],
        record["reason"],
        record["version"],
    )
