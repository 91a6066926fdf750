"""Reports in their table: words and people, read under allow(), never told in facts."""

from typing import Any, Final

import asyncpg
import msgspec

from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, ReportId
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import Channel, PlaceMethod, Priority
from beaconfire_incident.domain.report import Report, Reporter, Telephone, ToldPosition
from beaconfire_platform import codec
from beaconfire_platform.database import Connection, Tx

REPORT_COLUMNS: Final = """
    report_id, incident_id, channel, type, text, lon, lat, accuracy_m, position_method, address,
    observed_at, received_at, received_by, body, priority, reporter_name, reporter_phone, call,
    voice_refs, attached, score
"""
_GET: Final = f"select {REPORT_COLUMNS} from report where report_id = $1"
_ADD: Final = """
    insert into report (report_id, incident_id, channel, type, text, lon, lat, accuracy_m,
        position_method, address, observed_at, received_at, received_by, body, priority,
        reporter_name, reporter_phone, call, voice_refs, attached, score, tracking_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22)
"""
_SAVE: Final = """
    update report set incident_id = $2, channel = $3, type = $4, text = $5, lon = $6, lat = $7,
        accuracy_m = $8, position_method = $9, address = $10, observed_at = $11, received_at = $12,
        received_by = $13, body = $14, priority = $15, reporter_name = $16, reporter_phone = $17,
        call = $18, voice_refs = $19, attached = $20, score = $21
    where report_id = $1
"""
_CALL: Final = msgspec.json.Decoder(Telephone)


class PgReports:
    """Reports within a transaction."""

    def __init__(self, tx: Tx) -> None:
        """Inside a transaction."""
        self._tx = tx
        self._connection = tx.connection

    async def get(self, report_id: ReportId) -> Report:
        """One report; NotFound when there is none."""
        return await get_report(self._connection, report_id)

    async def add(self, report: Report, tracking_hash: bytes) -> None:
        """Keep a new one with the hash of its tracking code, once everything else is done."""
        self._tx.later(_ADD, *_columns(report), tracking_hash)

    async def save(self, report: Report) -> None:
        """Keep a changed one; the incident that it goes to may be new."""
        await self._tx.write_now()
        await self._connection.execute(_SAVE, *_columns(report))

    async def count_of(self, incident_id: IncidentId) -> int:
        """How many reports an incident has."""
        return int(
            await self._connection.fetchval(
                "select count(*) from report where incident_id = $1", incident_id
            )
        )


async def get_report(connection: Connection, report_id: ReportId) -> Report:
    """One report, over a connection; NotFound when there is none."""
    record = await connection.fetchrow(_GET, report_id)
    if record is None:
        raise NotFound
    return report_of(record)


def report_of(record: asyncpg.Record) -> Report:
    """A row as a report."""
    position = None
    if record["lon"] is not None:
        position = ToldPosition(
            Point(record["lon"], record["lat"]),
            record["accuracy_m"],
            PlaceMethod(record["position_method"]),
        )
    reporter = None
    if record["reporter_name"] is not None or record["reporter_phone"] is not None:
        reporter = Reporter(record["reporter_name"], record["reporter_phone"])
    by, priority = record["received_by"], record["priority"]
    return Report(
        id=ReportId(str(record["report_id"])),
        incident_id=IncidentId(str(record["incident_id"])),
        channel=Channel(record["channel"]),
        type=record["type"],
        text=record["text"],
        position=position,
        address=record["address"],
        observed_at=record["observed_at"],
        received_at=record["received_at"],
        received_by=None if by is None else PersonId(by),
        body=BodyId(record["body"]),
        priority=None if priority is None else Priority(priority),
        reporter=reporter,
        call=None if record["call"] is None else _CALL.decode(record["call"]),
        voice_refs=tuple(record["voice_refs"]),
        attached=record["attached"],
        score=record["score"],
    )


def _columns(one: Report) -> tuple[Any, ...]:
    at, who = one.position, one.reporter
    return (
        one.id,
        one.incident_id,
        one.channel,
        one.type,
        one.text,
        None if at is None else at.point.lon,
        None if at is None else at.point.lat,
        None if at is None else at.accuracy_m,
        None if at is None else at.method,
        one.address,
        one.observed_at,
        one.received_at,
        one.received_by,
        one.body,
        None if one.priority is None else int(one.priority),
        None if who is None else who.name,
        None if who is None else who.phone,
        None if one.call is None else codec.encode(one.call),
        list(one.voice_refs),
        one.attached,
        one.score,
    )
