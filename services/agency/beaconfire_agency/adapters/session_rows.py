"""Sessions and tries to sign in, in PostgreSQL; moments are the database's own."""

import hashlib
from datetime import timedelta
from typing import Final

from beaconfire_agency.domain.sessions import TRIES_WINDOW, Session
from beaconfire_contracts.ids import PersonId
from beaconfire_platform.database import Connection

_OPEN: Final = """
    insert into session (id, secret_hash, person_id, source, opened_at, ends_at)
    values ($1, $2, $3, $4, $5, $6)
"""
_CLOSE: Final = """
    update session set closed_at = clock_timestamp() where id = $1 and closed_at is null
"""
_CLOSE_ALL: Final = """
    update session set closed_at = clock_timestamp() where person_id = $1 and closed_at is null
"""
_COUNT: Final = """
    select count(*) filter (where account = $1) as account, count(*) as source
    from sign_in_attempt where source = $2 and at > clock_timestamp() - $3::interval
"""
_TRY: Final = "insert into sign_in_attempt (account, source) values ($1, $2)"
_FORGIVE: Final = "delete from sign_in_attempt where account = $1 and source = $2"
_TIDY: Final = """
    with tries as (
        delete from sign_in_attempt where at < clock_timestamp() - $1::interval
    )
    delete from session where ends_at < clock_timestamp() - $2::interval
"""
SESSIONS_KEPT: Final = timedelta(days=30)
"""Ended sessions are evidence for a month; the audit keeps who signed in for longer."""


class PgSessions:
    """Sessions over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def open(self, session: Session, secret_hash: bytes, *, source: str) -> None:
        """Keep a new session."""
        await self._connection.execute(
            _OPEN,
            session.id,
            secret_hash,
            session.person_id,
            source,
            session.opened_at,
            session.ends_at,
        )

    async def close(self, session_id: str) -> None:
        """End one session."""
        await self._connection.execute(_CLOSE, session_id)

    async def close_all(self, person_id: PersonId) -> None:
        """End all sessions of a person."""
        await self._connection.execute(_CLOSE_ALL, person_id)

    async def tidy(self) -> None:
        """Drop tries that count no longer and sessions that ended long ago."""
        await self._connection.execute(_TIDY, TRIES_WINDOW, SESSIONS_KEPT)


class PgAttempts:
    """Tries to sign in over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def count(self, account: str, source: str) -> tuple[int, int]:
        """Tries in the window: for this account from this source, and from this source at all."""
        record = await self._connection.fetchrow(_COUNT, _hidden(account), source, TRIES_WINDOW)
        assert record is not None  # noqa: S101  (an aggregate has always one row)
        return record["account"], record["source"]

    async def add(self, account: str, source: str) -> None:
        """Count one more."""
        await self._connection.execute(_TRY, _hidden(account), source)

    async def forgive(self, account: str, source: str) -> None:
        """Forget them: the right password was given."""
        await self._connection.execute(_FORGIVE, _hidden(account), source)


def _hidden(account: str) -> bytes:
    """People type their password into the field for the name: never kept as typed."""
    return hashlib.blake2b(account.encode(), digest_size=16).digest()
