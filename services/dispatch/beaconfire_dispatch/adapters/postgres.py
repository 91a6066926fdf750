"""Units and assignments in SQL beside their row mapping; the database refuses a unit twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from beaconfire_contracts.ids import (
    AssignmentId,
    BodyId,
    IncidentId,
    RecommendationId,
    StationId,
    UnitId,
)
from beaconfire_contracts.refusals import NotFound, UnitTaken
from beaconfire_contracts.vocabulary import AssignmentStatus, PrimaryStatus, UnitKind, UnitStatus
from beaconfire_dispatch.application.settle_assignment import Unsettled
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.recall import UNDO_S
from beaconfire_dispatch.domain.unit import Unit
from beaconfire_platform import codec
from beaconfire_platform.database import Connection

UNIT_COLUMNS: Final = """
    unit_id, call_sign, kind, body, station_id, capabilities, division, status, primary_status,
    since, reason, last_sent_at, fence, version
"""
ASSIGNMENT_COLUMNS: Final = """
    assignment_id, unit_id, incident_id, fence, status, version, dispatched_at, eta_at,
    acknowledge_by, reminded_at, steps, recommendation_id, address_changed, late_s, late_at,
    recall_at, recall_reason, is_automatic, is_on_view, turned_from
"""
WALL_FLOOR_S: Final = 5.0
"""However fast business time runs, whoever is asked has five seconds of the wall to answer."""
_ADD_UNIT: Final = f"""
    insert into unit ({UNIT_COLUMNS})
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
_SAVE_UNIT: Final = """
    update unit set status = $2, primary_status = $3, since = $4, reason = $5, last_sent_at = $6,
        fence = $7, version = $8 where unit_id = $1
"""
_ORDER: Final = """
    insert into assignment (assignment_id, unit_id, incident_id, home_incident_id, during, fence,
        status, version, dispatched_at, eta_at, acknowledge_by, steps, recommendation_id, late_s,
        is_automatic, is_on_view, turned_from)
    values ($1, $2, $3, $3, tstzrange(clock_timestamp(), null), $4, $5, $6, $7, $8, $9, $10, $11,
        $12, $13, $14, $15)
"""
# An ended one's time ends now, and never before it began: the bound is what the exclusion sees.
_SAVE: Final = """
    update assignment set incident_id = $2, status = $3, version = $4, acknowledge_by = $5,
        steps = $6, reminded_at = $7, eta_at = $9, address_changed = $10, late_at = $11,
        recall_at = $12, recall_reason = $13,
        asked_wall = case when reminded_at is distinct from $7 then clock_timestamp()
                     else asked_wall end,
        during = case when $8::boolean and upper_inf(during)
                 then tstzrange(lower(during), greatest(clock_timestamp(),
                      lower(during) + interval '1 microsecond'))
                 else during end
    where assignment_id = $1
"""
_UNANSWERED: Final = f"""
    select {ASSIGNMENT_COLUMNS} from assignment
    where status = 'dispatched' and upper_inf(during) and acknowledge_by <= $1
      and recall_at is null and asked_wall <= clock_timestamp() - make_interval(secs => $2)
    order by acknowledge_by limit $3
"""
_GONE_OUT: Final = """
    select status <> 'dispatched'
        or lower(during) <= clock_timestamp() - make_interval(secs => $2)
    from assignment where assignment_id = $1
"""
_LATE: Final = f"""
    select {ASSIGNMENT_COLUMNS} from assignment
    where status in ('dispatched', 'acknowledged', 'en_route') and late_at is null
      and recall_at is null and eta_at <= $1::timestamptz - make_interval(secs => late_s)
      and lower(during) <= clock_timestamp() - make_interval(secs => $2)
    order by eta_at limit $3
"""
_UNSETTLED: Final = """
    select a.assignment_id, a.unit_id, a.incident_id, a.home_incident_id,
           coalesce(home.merged_into, a.home_incident_id) as goal
    from assignment a
    join demand home on home.incident_id = a.home_incident_id
    left join demand goal
        on goal.incident_id = coalesce(home.merged_into, a.home_incident_id)
    where upper_inf(a.during)
      and (coalesce(home.merged_into, a.home_incident_id) <> a.incident_id or goal.ended)
    order by a.assignment_id limit $1
"""
_STEPS: Final = msgspec.json.Decoder(dict[str, datetime])


class PgUnits:
    """Units over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, unit_id: UnitId) -> Unit:
        """One unit; NotFound when there is none."""
        record = await self._connection.fetchrow(
            f"select {UNIT_COLUMNS} from unit where unit_id = $1", unit_id
        )
        if record is None:
            raise NotFound
        return unit_of(record)

    async def by_call_sign(self, call_sign: str) -> Unit | None:
        """The unit of a call sign."""
        record = await self._connection.fetchrow(
            f"select {UNIT_COLUMNS} from unit where call_sign = $1", call_sign
        )
        return None if record is None else unit_of(record)

    async def add(self, unit: Unit) -> None:
        """Keep a new one."""
        await self._connection.execute(
            _ADD_UNIT, unit.id, unit.call_sign, unit.kind, unit.body, unit.station_id,
            sorted(unit.capabilities), unit.division, unit.status, unit.primary, unit.since,
            unit.reason, unit.last_sent_at, unit.fence, unit.version,
        )  # fmt: skip

    async def save(self, unit: Unit) -> None:
        """Keep a changed one."""
        await self._connection.execute(
            _SAVE_UNIT, unit.id, unit.status, unit.primary, unit.since, unit.reason,
            unit.last_sent_at, unit.fence, unit.version,
        )  # fmt: skip


class PgAssignments:
    """Assignments over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, assignment_id: AssignmentId) -> Assignment:
        """One assignment; NotFound when there is none."""
        found = await self._where("assignment_id = $1", assignment_id)
        if not found:
            raise NotFound
        return found[0]

    async def open_of_unit(self, unit_id: UnitId) -> Assignment | None:
        """What a unit is on."""
        found = await self._where("unit_id = $1 and upper_inf(during)", unit_id)
        return found[0] if found else None

    async def open_of_incident(self, incident_id: IncidentId) -> Sequence[Assignment]:
        """Who is on an incident."""
        return await self._where("incident_id = $1 and upper_inf(during)", incident_id)

    async def of_incident(self, incident_id: IncidentId) -> Sequence[Assignment]:
        """Who is or was on an incident."""
        return await self._where("incident_id = $1", incident_id)

    async def order(self, assignment: Assignment) -> None:
        """Keep a new one; UnitTaken when the unit is on another, whoever else was faster."""
        one = assignment
        try:
            await self._connection.execute(
                _ORDER, one.id, one.unit_id, one.incident_id, one.fence, one.status, one.version,
                one.dispatched_at, one.eta_at, one.acknowledge_by, codec.encode(one.steps),
                one.recommendation_id, one.late_s, one.is_automatic, one.is_on_view,
                one.turned_from,
            )  # fmt: skip
        except (asyncpg.ExclusionViolationError, asyncpg.UniqueViolationError) as error:
            raise UnitTaken(unit_id=one.unit_id) from error

    async def save(self, assignment: Assignment) -> None:
        """Keep a changed one; an ended one's time ends now."""
        one = assignment
        await self._connection.execute(
            _SAVE, one.id, one.incident_id, one.status, one.version, one.acknowledge_by,
            codec.encode(one.steps), one.reminded_at, one.has_ended, one.eta_at,
            one.address_changed, one.late_at, one.recall_at, one.recall_reason,
        )  # fmt: skip

    async def has_gone_out(self, assignment_id: AssignmentId) -> bool:
        """Whether its crew may have heard of it, by its answer or by the database's time."""
        return await self._connection.fetchval(_GONE_OUT, assignment_id, UNDO_S)

    async def late(self, now: datetime, limit: int) -> Sequence[Assignment]:
        """Those that are expected longer ago than is allowed, and of which that was not told."""
        records = await self._connection.fetch(_LATE, now, WALL_FLOOR_S, limit)
        return [assignment_of(one) for one in records]

    async def unanswered(self, now: datetime, limit: int) -> Sequence[Assignment]:
        """Orders that nobody acknowledged in time, by business time and by the wall."""
        records = await self._connection.fetch(_UNANSWERED, now, WALL_FLOOR_S, limit)
        return [assignment_of(one) for one in records]

    async def unsettled(self, limit: int) -> Sequence[Unsettled]:
        """Open ones whose incident is over, or is followed in another now."""
        return [
            Unsettled(
                AssignmentId(str(one["assignment_id"])),
                UnitId(str(one["unit_id"])),
                IncidentId(str(one["incident_id"])),
                IncidentId(str(one["home_incident_id"])),
                IncidentId(str(one["goal"])),
            )
            for one in await self._connection.fetch(_UNSETTLED, limit)
        ]

    async def _where(self, condition: str, value: str) -> list[Assignment]:
        """`condition` is one of this class's own constants; the value is bound."""
        records = await self._connection.fetch(
            f"select {ASSIGNMENT_COLUMNS} from assignment where {condition} "
            "order by dispatched_at, assignment_id",
            value,
        )
        return [assignment_of(one) for one in records]


def unit_of(record: Mapping[str, Any]) -> Unit:
    """A unit from its row."""
    return Unit(
        id=UnitId(str(record["unit_id"])),
        call_sign=record["call_sign"],
        kind=UnitKind(record["kind"]),
        body=BodyId(record["body"]),
        station_id=StationId(str(record["station_id"])),
        capabilities=frozenset(record["capabilities"]),
        division=record["division"],
        status=UnitStatus(record["status"]),
        primary=PrimaryStatus(record["primary_status"]),
        since=record["since"],
        fence=record["fence"],
        version=record["version"],
        last_sent_at=record["last_sent_at"],
        reason=record["reason"],
    )


def assignment_of(record: Mapping[str, Any]) -> Assignment:
    """An assignment from its row."""
    recommendation_id: Any = record["recommendation_id"]
    turned_from: Any = record["turned_from"]
    return Assignment(
        id=AssignmentId(str(record["assignment_id"])),
        unit_id=UnitId(str(record["unit_id"])),
        incident_id=IncidentId(str(record["incident_id"])),
        fence=record["fence"],
        status=AssignmentStatus(record["status"]),
        version=record["version"],
        dispatched_at=record["dispatched_at"],
        acknowledge_by=record["acknowledge_by"],
        eta_at=record["eta_at"],
        reminded_at=record["reminded_at"],
        recommendation_id=None
        if recommendation_id is None
        else RecommendationId(str(recommendation_id)),
        address_changed=record["address_changed"],
        late_s=record["late_s"],
        late_at=record["late_at"],
        recall_at=record["recall_at"],
        recall_reason=record["recall_reason"],
        is_automatic=record["is_automatic"],
        is_on_view=record["is_on_view"],
        turned_from=None if turned_from is None else IncidentId(str(turned_from)),
        steps=_STEPS.decode(record["steps"]),
    )
