"""Tickets of the feed: one use, thirty seconds, kept as a hash."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

import msgspec

from beaconfire_contracts.envelope import Cause
from beaconfire_platform import codec
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.database import Connection, Database

LIFE: Final = timedelta(seconds=30)
TICKET_BYTES: Final = 24
_TAKE: Final = """
    delete from ticket where hash = $1
    returning subject, expires_at >= clock_timestamp() as is_valid
"""
_SUBJECT: Final = msgspec.json.Decoder(Subject)


def new_ticket() -> str:
    """A ticket: letters, digits, - and _, as a subprotocol's name may have."""
    return secrets.token_urlsafe(TICKET_BYTES)


async def add_ticket(connection: Connection, ticket: str, subject: Subject) -> None:
    """Keep a ticket; whatever is out of date goes."""
    await connection.execute("delete from ticket where expires_at < clock_timestamp()")
    await connection.execute(
        "insert into ticket (hash, subject, expires_at) "
        "values ($1, $2, clock_timestamp() + $3::interval)",
        _hash(ticket), codec.encode(subject), LIFE,
    )  # fmt: skip


class Tickets:
    """Takes tickets, each once."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._database = database

    async def take(self, ticket: str) -> Subject | None:
        """Whose ticket it was, or None for one that is not there any more."""
        cause = Cause(actor="situation:feed", correlation_id="ticket")
        async with self._database.transaction(cause=cause) as tx:
            record = await tx.connection.fetchrow(_TAKE, _hash(ticket))
        if record is None or not record["is_valid"]:
            return None
        return _SUBJECT.decode(record["subject"])


def _hash(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
