"""Incident's tables: incidents, reports, notes, bodies, in SQL beside their row mapping."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from beaconfire_contracts.ids import BodyId, IncidentId, NoteId, PersonId, SeatId
from beaconfire_contracts.places import Owner, Participation, Place, Point
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import (
    Disposition,
    EventGrade,
    IncidentClass,
    IncidentStatus,
    OwnerBasis,
    PlaceMethod,
    PlaceState,
    Priority,
)
from beaconfire_incident.application.ports import Around, Correction, KnownBody, Opening
from beaconfire_incident.domain.duplicates import UNCERTAINTY_DEFAULT_M, Telling, words_of
from beaconfire_incident.domain.incident import Incident, Standing
from beaconfire_platform import codec
from beaconfire_platform.clauses import Clause
from beaconfire_platform.database import STALE, Connection
from beaconfire_platform.tx import Later, Tx
from beaconfire_spatial.geometry import LonLat, bounds_around

NEAR_MAX: Final = 200
"""Live incidents within a kilometre that are scored: more is a disaster, and the nearest count."""
COLUMNS: Final = """
    incident_id, number, type, incident_class, priority, priority_reason, grade, status,
    place_state, lon, lat, uncertainty_m, place_method, place_confidence, owner_body, owner_basis,
    owner_since, first_known_at, seat, division, cell, path, label, layer_version, opened_at,
    heard_at, closed_at, disposition, merged_into, participations, version,
    status_before_merge, own, handled_by
"""
GET: Final = f"select {COLUMNS}, xmin as written_by from incident where incident_id = $1"
_ABSORBED: Final = f"select {COLUMNS} from incident where merged_into = $1 order by number"
SAVED: Final = (
    "incident_id", "number", "type", "incident_class", "priority", "priority_reason", "grade",
    "status", "place_state", "lon", "lat", "uncertainty_m", "place_method", "place_confidence",
    "owner_body", "owner_basis", "owner_since", "first_known_at", "seat", "division", "opened_at",
    "heard_at", "closed_at", "disposition", "merged_into", "participations", "version",
    "status_before_merge", "own", "handled_by",
)  # fmt: skip
"""The columns incident writes, in the order of `_columns`."""
_NUMBERED: Final = [(name, f"${at}") for at, name in enumerate(SAVED, start=1)]
_ADD: Final = (
    f"insert into incident ({', '.join(SAVED)}) values ({', '.join(at for _, at in _NUMBERED)})"
)
# The number is taken after the locks; gaps are allowed.
_OPENING: Final = """
    select pool_seat, division, nextval('incident_number') as number from body where body_id = $1
"""
SAVE: Final = (
    f"update incident set {', '.join(f'{name} = {at}' for name, at in _NUMBERED[2:])} "
    "where incident_id = $1 and number = $2"
)
# Whatever wrote the row since it was read, of whatever column, wrote it under another transaction.
_SAVE_SEEN: Final = Clause(
    (("incident_saved", f"{SAVE} and xmin = ${len(SAVED) + 1} returning 1"),),
    f"log.require((select count(*) from incident_saved) = 1, '{STALE}')",
)
_AROUND: Final = "select * from around_report($1, $2, $3, $4, $5, $6, $7, $8, $9)"
_STILL_AROUND: Final = Clause((), "must_be_around($1, $2, $3, $4, $5, $6, $7, $8, $9::bigint[])")
_BUSY: Final = "select exists (select 1 from commitment where incident_id = $1 and is_open)"
_PARTS: Final = msgspec.json.Decoder(tuple[Participation, ...])
_OWN: Final = msgspec.json.Decoder(Standing)


class PgIncidents:
    """Incidents over one connection."""

    def __init__(self, tx: Tx) -> None:
        """Inside a transaction."""
        self._tx = tx
        self._connection = tx.connection
        self._read: dict[IncidentId, int] = {}
        """By which transaction each row was written that was read here."""

    async def get(self, incident_id: IncidentId) -> Incident:
        """One incident; NotFound when there is none."""
        record = await self._connection.fetchrow(GET, incident_id)
        if record is None:
            raise NotFound
        self._read[incident_id] = record["written_by"]
        return incident_of(record)

    async def add(self, incident: Incident) -> None:
        """Keep a new one."""
        self._tx.later(_ADD, *_columns(incident))

    async def save(self, incident: Incident) -> None:
        """Keep a changed one."""
        if not self._tx.is_at_once:
            await self._connection.execute(SAVE, *_columns(incident))
        elif incident.id in self._read:
            self._tx.at_last(_SAVE_SEEN, *_columns(incident), self._read.pop(incident.id))
        else:
            self._tx.needs_more()

    async def around(
        self, point: Point, radius_m: float, since: datetime, *, receiver: BodyId
    ) -> Around:
        """Live incidents in a box around a point that were heard of since then, nearest first.

        Where all is one statement, it ends if anything else is around when the locks are taken.
        """
        west, south, east, north = bounds_around(LonLat(point.lon, point.lat), radius_m)
        box = (south, north, west, east, since, point.lat, point.lon, NEAR_MAX)
        records = await self._connection.fetch(_AROUND, *box, receiver)
        near = [one for one in records if one["mark"] is not None]
        if self._tx.is_at_once:
            self._tx.at_last(_STILL_AROUND, *box, [one["mark"] for one in near])
        opening = _opening(receiver, records[0]) if records and not near else None
        return Around(tuple(_near(one) for one in near), opening)

    async def is_worked_on(self, incident_id: IncidentId) -> bool:
        """Whether any unit's assignment to it is still open, as far as dispatch told."""
        return bool(await self._connection.fetchval(_BUSY, incident_id))

    async def merged_into(self, survivor: IncidentId) -> Sequence[Incident]:
        """Those that are followed in this one, the oldest first."""
        return [incident_of(one) for one in await self._connection.fetch(_ABSORBED, survivor)]


class PgBodies:
    """Bodies and seats, as agency told of them."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def opening(self, body: BodyId) -> Opening | None:
        """What a body's next incident begins with, or None when it was not told of yet."""
        record = await self._connection.fetchrow(_OPENING, body)
        return None if record is None else _opening(body, record)

    async def body_of_seat(self, seat: SeatId) -> BodyId | None:
        """Which body a seat belongs to, or None for an unknown seat."""
        found = await self._connection.fetchval("select body from seat where seat_id = $1", seat)
        return None if found is None else BodyId(found)


class PgNotes:
    """Notes within a command."""

    def __init__(self, later: Later) -> None:
        """Each is written with the facts of the command."""
        self._later = later

    async def add(
        self,
        note_id: NoteId,
        incident_id: IncidentId,
        text: str,
        *,
        by: PersonId,
        seat: SeatId | None,
        written_at: datetime,
    ) -> None:
        """Keep a note."""
        self._later(
            "insert into note (note_id, incident_id, text, written_by, seat, written_at) "
            "values ($1, $2, $3, $4, $5, $6)",
            note_id,
            incident_id,
            text,
            by,
            seat,
            written_at,
        )


class PgCorrections:
    """Corrections over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def has_entry(self, incident_id: IncidentId, fact_id: str) -> bool:
        """Whether the incident's timeline has this entry."""
        return bool(
            await self._connection.fetchval(
                "select exists (select 1 from timeline where incident_id = $1 and fact_id = $2)",
                incident_id,
                fact_id,
            )
        )

    async def add(self, correction: Correction, corrected_at: datetime) -> None:
        """Keep one."""
        one = correction
        await self._connection.execute(
            "insert into correction (correction_id, incident_id, of_fact, field, was, now, "
            "reason, corrected_by, corrected_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            one.correction_id, one.incident_id, one.of_fact, one.field, one.was, one.now,
            one.reason, one.by, corrected_at,
        )  # fmt: skip


def _opening(body: BodyId, record: asyncpg.Record) -> Opening:
    known = KnownBody(body, SeatId(record["pool_seat"]), record["division"])
    return Opening(known, record["number"])


def _near(record: asyncpg.Record) -> tuple[IncidentId, int, Telling]:
    """What a report may be about, with what duplicates are scored by."""
    telling = Telling(
        Point(record["lon"], record["lat"]),
        record["uncertainty_m"] or UNCERTAINTY_DEFAULT_M,
        record["heard_at"],
        record["type"],
        words_of(record["words"] or ""),
    )
    return IncidentId(str(record["incident_id"])), record["number"], telling


def incident_of(record: asyncpg.Record) -> Incident:
    """A row as an incident."""
    merged_into = record["merged_into"]
    return Incident(
        id=IncidentId(str(record["incident_id"])),
        number=record["number"],
        type=record["type"],
        incident_class=_maybe(IncidentClass, record["incident_class"]),
        priority=Priority(record["priority"]),
        priority_reason=record["priority_reason"],
        grade=_maybe(EventGrade, record["grade"]),
        status=IncidentStatus(record["status"]),
        place=_place(record),
        owner=Owner(
            BodyId(record["owner_body"]),
            OwnerBasis(record["owner_basis"]),
            record["owner_since"],
            record["first_known_at"],
        ),
        seat=SeatId(record["seat"]),
        division=record["division"],
        opened_at=record["opened_at"],
        heard_at=record["heard_at"],
        version=record["version"],
        cell=record["cell"],
        path=record["path"],
        participations=_PARTS.decode(record["participations"]),
        merged_into=None if merged_into is None else IncidentId(str(merged_into)),
        status_before_merge=_maybe(IncidentStatus, record["status_before_merge"]),
        own=None if record["own"] is None else _OWN.decode(record["own"]),
        handled_by=None if record["handled_by"] is None else PersonId(record["handled_by"]),
        disposition=_maybe(Disposition, record["disposition"]),
        closed_at=record["closed_at"],
    )


def _maybe(kind: Any, value: Any) -> Any:  # an optional enum's member
    return None if value is None else kind(value)


def _place(record: asyncpg.Record) -> Place:
    point = None if record["lon"] is None else Point(record["lon"], record["lat"])
    return Place(
        PlaceState(record["place_state"]),
        point,
        record["uncertainty_m"],
        _maybe(PlaceMethod, record["place_method"]),
        record["place_confidence"],
    )


def _columns(one: Incident) -> tuple[Any, ...]:
    place, point, owner = one.place, one.place.point, one.owner
    return (
        one.id,
        one.number,
        one.type,
        one.incident_class,
        int(one.priority),
        one.priority_reason,
        one.grade,
        one.status,
        place.state,
        None if point is None else point.lon,
        None if point is None else point.lat,
        place.uncertainty_m,
        place.method,
        place.confidence,
        owner.body,
        owner.basis,
        owner.since,
        owner.first_known_at,
        one.seat,
        one.division,
        one.opened_at,
        one.heard_at,
        one.closed_at,
        one.disposition,
        one.merged_into,
        codec.encode(one.participations),
        one.version,
        one.status_before_merge,
        None if one.own is None else codec.encode(one.own),
        one.handled_by,
    )
