"""Incident's answers to questions, in SQL beside their row mapping."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from beaconfire_contracts.ids import BodyId, IncidentId, ReportId, SeatId
from beaconfire_incident.adapters.postgres import COLUMNS, incident_of
from beaconfire_incident.adapters.reports import get_report
from beaconfire_incident.application.ports import KnownBody
from beaconfire_incident.application.queries import (
    Bounds,
    Entry,
    Filters,
    IncidentView,
    Tracked,
    TrackedStep,
)
from beaconfire_incident.domain.report import Report
from beaconfire_platform.access.predicate import Columns, predicate
from beaconfire_platform.database import Database

_WHOLE: Final = f"""
    select {COLUMNS}, label, layer_version, nearest_cell, nearest_distance_m,
        (select coalesce(json_agg(json_build_object(
            'report_id', r.report_id, 'channel', r.channel, 'type', r.type, 'text', r.text,
            'address', r.address, 'received_at', r.received_at, 'attached', r.attached,
            'score', r.score, 'incident_id', r.incident_id, 'received_by', r.received_by,
            'reporter_name', r.reporter_name, 'reporter_phone', r.reporter_phone,
            'callback', r.call ->> 'callback') order by r.received_at, r.report_id), '[]')
         from report r where r.incident_id = i.incident_id or r.incident_id in
            (select m.incident_id from incident m where m.merged_into = i.incident_id)) as reports,
        (select coalesce(json_agg(json_build_object(
            'id', c.assignment_id, 'unit_id', c.unit_id, 'status', c.status,
            'dispatched_at', c.dispatched_at, 'steps', c.steps)
            order by c.dispatched_at, c.assignment_id), '[]')
         from commitment c where c.incident_id = i.incident_id and c.is_here) as assignments,
        (select coalesce(array_agg(m.incident_id::text order by m.number), '{{}}')
         from incident m where m.merged_into = i.incident_id) as merged,
        (select coalesce(array_agg(t.person_id), '{{}}')
         from tasked t where t.incident_id = i.incident_id) as tasked,
        exists (select 1 from body b where b.pool_seat = i.seat) as is_in_pool
    from incident i
"""
ONE: Final = f"{_WHOLE} where i.incident_id = $1"
_VISIBLE: Final = predicate(
    Columns(
        path="case when i.path = 'unplaced' then i.division else i.path end",
        owner="i.owner_body",
        participants="array(select p ->> 'body' from json_array_elements(i.participations) p"
        " where p ->> 'state' <> 'returned')",
        unit_ids="array(select c.unit_id::text from commitment c"
        " where c.incident_id = i.incident_id and c.is_here)",
        person_ids="array(select t.person_id from tasked t where t.incident_id = i.incident_id)",
    )
)
_PAGE: Final = f"""{_WHOLE}
    where {_VISIBLE}
      and ($7::text is null or i.status = $7)
      and ($8::text is null
           or case when i.path = 'unplaced' then i.division else i.path end = $8
           or case when i.path = 'unplaced' then i.division else i.path end like $19)
      and ($9::text is null or i.type = $9 or i.type like $9 || '.%')
      and ($10::smallint is null or i.priority = $10)
      and ($11::text is null or i.seat = $11)
      and ($12::timestamptz is null or i.opened_at >= $12)
      and ($13::float8 is null or (i.lat between $14 and $16 and
           case when $13 <= $15 then i.lon between $13 and $15
                else i.lon >= $13 or i.lon <= $15 end))
      and ($17::bigint is null or i.number < $17)
    order by i.number desc limit $18
"""
# Other services' topics are heard in any order: what came of it never stands before its cause.
_TIMELINE: Final = """
    select t.seq, t.fact_id, t.type, t.told_at, t.occurred_at, t.actor, t.seat, t.data, n.text,
        (select coalesce(json_agg(json_build_object(
            'field', c.field, 'was', c.was, 'now', c.now, 'reason', c.reason,
            'by', c.corrected_by, 'at', c.corrected_at) order by c.corrected_at), '[]')
         from correction c
         where c.incident_id = t.incident_id and c.of_fact = t.fact_id) as corrections
    from timeline t left join note n on n.note_id = (t.data ->> 'note_id')::uuid
    where t.incident_id = $1 and ($2::bigint is null or (t.told_at, t.seq) > (
        select told_at, seq from timeline where incident_id = $1 and seq = $2))
    order by t.told_at, t.seq limit $3
"""
_TRACKED: Final = """
    select r.received_at, coalesce(s.cell, i.cell) as cell, coalesce(s.status, i.status) as status,
           coalesce(s.closed_at, i.closed_at) as closed_at,
           (select json_agg(json_build_object('at', c.dispatched_at, 'steps', c.steps))
            from commitment c where c.is_here
            and c.incident_id = coalesce(s.incident_id, i.incident_id)) as sent
    from report r join incident i on i.incident_id = r.incident_id
    left join incident s on s.incident_id = i.merged_into
    where r.tracking_hash = $1
      and coalesce(
          s.closed_at, i.closed_at,
          case coalesce(s.status, i.status) when 'voided' then coalesce(s.heard_at, i.heard_at) end,
          $2
      ) >= $2
"""
_PUBLIC: Final = """
    select body_id, pool_seat, division from body
    order by kind = 'centre' desc, length(division), body_id limit 1
"""
_STEPS: Final = (("en_route", "en_route"), ("on_scene", "on_scene"), ("cleared", "cleared"))


class PgViews:
    """Answers over the pool."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._database = database

    async def one(self, incident_id: IncidentId) -> IncidentView | None:
        """One incident with all that belongs to it."""
        record = await self._database.pool.fetchrow(ONE, incident_id)
        return None if record is None else _view(record)

    async def page(
        self, bounds: Bounds, filters: Filters, *, before: int | None, limit: int
    ) -> Sequence[IncidentView]:
        """A page, highest number first, below the number `before`."""
        asked = filters
        records = await self._database.pool.fetch(
            _PAGE, *bounds, asked.status, asked.division, asked.type, asked.priority, asked.seat,
            asked.since, asked.west, asked.south, asked.east, asked.north, before, limit,
            below(asked.division),
        )  # fmt: skip
        return [_view(record) for record in records]

    async def timeline(
        self, incident_id: IncidentId, *, after: int | None, limit: int
    ) -> Sequence[Entry]:
        """A page of the timeline, by when it was told, oldest first, after the entry `after`."""
        records = await self._database.pool.fetch(_TIMELINE, incident_id, after, limit)
        return [
            Entry(
                one["seq"], str(one["fact_id"]), one["type"], one["told_at"], one["occurred_at"],
                one["actor"], one["seat"], msgspec.json.decode(one["data"]), one["text"],
                msgspec.json.decode(one["corrections"]),
            )
            for one in records
        ]  # fmt: skip

    async def incident_of(self, report_id: str) -> IncidentId | None:
        """Which incident a report is on."""
        found = await self._database.pool.fetchval(
            "select incident_id from report where report_id = $1", report_id
        )
        return None if found is None else IncidentId(str(found))

    async def report(self, report_id: ReportId) -> Report:
        """One report; NotFound when there is none."""
        async with self._database.reading() as connection:
            return await get_report(connection, report_id)

    async def public_body(self) -> KnownBody | None:
        """The centre that receives what citizens report: the highest one there is."""
        record = await self._database.pool.fetchrow(_PUBLIC)
        if record is None:
            return None
        return KnownBody(BodyId(record["body_id"]), SeatId(record["pool_seat"]), record["division"])

    async def tracked(self, tracking_hash: bytes, closed_since: datetime) -> Tracked | None:
        """What a tracking code shows: steps with their first times, the cell, nothing else."""
        record = await self._database.pool.fetchrow(_TRACKED, tracking_hash, closed_since)
        if record is None:
            return None
        steps = [TrackedStep("received", record["received_at"])]
        sent: list[dict[str, Any]] = msgspec.json.decode(record["sent"] or "[]")
        if sent:
            first = min(datetime.fromisoformat(one["at"]) for one in sent)
            steps.append(TrackedStep("dispatched", first))
        for step, name in _STEPS:
            times = [
                datetime.fromisoformat(one["steps"][step]) for one in sent if step in one["steps"]
            ]
            if times:
                steps.append(TrackedStep(name, min(times)))
        if record["closed_at"] is not None:
            steps.append(TrackedStep("closed", record["closed_at"]))
        return Tracked(record["received_at"], record["cell"], record["status"], tuple(steps))


def _view(record: asyncpg.Record) -> IncidentView:
    return IncidentView(
        incident_of(record),
        record["label"],
        record["layer_version"],
        record["nearest_cell"],
        record["nearest_distance_m"],
        msgspec.json.decode(record["reports"]),
        msgspec.json.decode(record["assignments"]),
        tuple(record["merged"]),
        frozenset(record["tasked"]),
        record["is_in_pool"],
    )


def below(division: str | None) -> str | None:
    """The LIKE pattern of what lies below a division, its own % and _ taken literally."""
    if division is None:
        return None
    literal = division.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{literal}.%"
