"""Signing in: count the try, check the password beside the loop, open the session."""

from typing import Final

import structlog

from beaconfire_agency.adapters.postgres import PERSON_COLUMNS, person_of
from beaconfire_agency.adapters.secrets import session_secret
from beaconfire_agency.adapters.tables import tables_of
from beaconfire_agency.application import admit_attempt, open_session
from beaconfire_agency.application.admit_attempt import AdmitAttempt
from beaconfire_agency.application.open_session import OpenSession
from beaconfire_agency.application.ports import Passwords
from beaconfire_agency.application.queries import SignedIn
from beaconfire_agency.domain.passwords import check_password
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.sessions import BadCredentials
from beaconfire_contracts.envelope import Cause
from beaconfire_platform.database import Database, persistently
from beaconfire_platform.ids import new_id
from beaconfire_platform.telemetry import REFUSALS
from beaconfire_platform.web.audit import AuditEntry, write_audit

ACTION: Final = "session.open"
_KEPT: Final = f"select {PERSON_COLUMNS}, p.password_hash from person p where p.sign_in = $1"
_KEPT_BY_ID: Final = f"select {PERSON_COLUMNS}, p.password_hash from person p where p.id = $1"
_log: Final = structlog.get_logger(__name__)


class PgFrontDoor:
    """Three short steps, two of them transactions; the slow one between them holds nothing."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        """One database, one slow hash."""
        self._database = database
        self._passwords = passwords

    async def sign_in(
        self, sign_in: str, password: str, *, source: str, correlation_id: str
    ) -> SignedIn:
        """A new session; BadCredentials in equal words and time for whatever was wrong."""
        person = await self._verified(_KEPT, sign_in, sign_in, password, source=source)
        secret = session_secret()
        command = OpenSession(new_id(), person.id, person.epoch, sign_in, source, secret)
        cause = Cause(actor=person.id, correlation_id=correlation_id)

        async def attempt() -> SignedIn:
            async with self._database.transaction(*open_session.keys(command), cause=cause) as tx:
                tables = tables_of(tx)
                person, session = await open_session.open_session(
                    command,
                    people=tables.people,
                    sessions=tables.sessions,
                    attempts=tables.attempts,
                    now=await tables.moments.now(),
                )
                entry = AuditEntry(person.id, ACTION, correlation_id, session.id)
                write_audit(tx, entry)
            return SignedIn(person, session, secret.text)

        return await persistently(attempt)

    async def new_hash(self, password: str, sign_in: str) -> str:
        """The hash of a password that is good enough for this account."""
        check_password(password, sign_in)
        return await self._passwords.hash(password)

    async def confirm(self, person_id: str, password: str, *, source: str) -> None:
        """Refuse unless it is the person's present password; guesses are counted."""
        await self._verified(_KEPT_BY_ID, person_id, person_id, password, source=source)

    async def _verified(
        self, statement: str, key: str, account: str, password: str, *, source: str
    ) -> Person:
        await self._admit(AdmitAttempt(account, source))

        async def look() -> tuple[Person, str | None] | None:
            async with self._database.reading() as connection:
                record = await connection.fetchrow(statement, key)
            return None if record is None else (person_of(record), record["password_hash"])

        found = await persistently(look)
        person, kept = found or (None, None)
        right = await self._passwords.verify(kept, password)
        if person is None or not right or person.disabled:
            REFUSALS.labels("agency", BadCredentials.code).inc()
            _log.warning("sign_in_refused", source=source)
            raise BadCredentials
        return person

    async def _admit(self, command: AdmitAttempt) -> None:
        cause = Cause(actor="agency:front-door", correlation_id="")

        async def attempt() -> None:
            async with self._database.transaction(*admit_attempt.keys(command), cause=cause) as tx:
                await admit_attempt.admit_attempt(command, attempts=tables_of(tx).attempts)

        await persistently(attempt)
