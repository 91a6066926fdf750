"""Seats in PostgreSQL, in SQL beside their row mapping."""

from typing import Final

import asyncpg

from beaconfire_agency.domain.seats import Desk, HandOver
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, SeatId
from beaconfire_contracts.vocabulary import SeatKind
from beaconfire_platform.database import Connection

SEAT_COLUMNS: Final = """
    s.id, s.code, s.kind, s.body, s.person_id, s.taken_at, s.offered_to, s.offered_at,
    s.offered_note, s.offered_incidents
"""
_SEAT: Final = f"select {SEAT_COLUMNS} from seat s where s.id = $1"
_SEAT_BY_CODE: Final = f"select {SEAT_COLUMNS} from seat s where s.body = $1 and s.code = $2"
_SEAT_OF_PERSON: Final = f"select {SEAT_COLUMNS} from seat s where s.person_id = $1"
_ADD: Final = "insert into seat (id, code, kind, body) values ($1, $2, $3, $4)"
_SAVE: Final = """
    update seat set person_id = $2, taken_at = $3, offered_to = $4, offered_at = $5,
                    offered_note = $6, offered_incidents = $7
    where id = $1
"""
_NOTE: Final = "insert into seat_note (id, seat_id, author, notes) values ($1, $2, $3, $4)"


class PgSeats:
    """Seats over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, seat_id: SeatId) -> Desk | None:
        """One seat."""
        return _found(await self._connection.fetchrow(_SEAT, seat_id))

    async def by_code(self, body: BodyId, code: str) -> Desk | None:
        """The seat of a body with a code."""
        return _found(await self._connection.fetchrow(_SEAT_BY_CODE, body, code))

    async def of_person(self, person_id: PersonId) -> Desk | None:
        """Where a person works now."""
        return _found(await self._connection.fetchrow(_SEAT_OF_PERSON, person_id))

    async def add(self, seat: Desk) -> None:
        """Keep a new seat."""
        await self._connection.execute(_ADD, seat.id, seat.code, seat.kind, seat.body)

    async def save(self, seat: Desk) -> None:
        """Keep who works there, and what is offered."""
        offer = seat.offer
        await self._connection.execute(
            _SAVE,
            seat.id,
            seat.person_id,
            seat.taken_at,
            None if offer is None else offer.to,
            None if offer is None else offer.offered_at,
            None if offer is None else offer.note_id,
            [] if offer is None else list(offer.open_incidents),
        )

    async def note(self, note_id: str, seat_id: SeatId, author: PersonId, notes: str) -> None:
        """Keep what was said at a handing over."""
        await self._connection.execute(_NOTE, note_id, seat_id, author, notes)


def _found(record: asyncpg.Record | None) -> Desk | None:
    return None if record is None else seat_of(record)


def seat_of(record: asyncpg.Record) -> Desk:
    """A row of `SEAT_COLUMNS` as a seat."""
    person = record["person_id"]
    return Desk(
        id=SeatId(str(record["id"])),
        code=record["code"],
        kind=SeatKind(record["kind"]),
        body=BodyId(str(record["body"])),
        person_id=None if person is None else PersonId(str(person)),
        taken_at=record["taken_at"],
        offer=_offer(record),
    )


def _offer(record: asyncpg.Record) -> HandOver | None:
    if record["offered_to"] is None:
        return None
    return HandOver(
        PersonId(str(record["offered_to"])),
        str(record["offered_note"]),
        tuple(IncidentId(str(one)) for one in record["offered_incidents"]),
        record["offered_at"],
    )
