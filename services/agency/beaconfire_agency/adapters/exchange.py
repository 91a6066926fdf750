"""The exchange: a session's cookie or an API token for a ten-minute signed token."""

from datetime import timedelta
from typing import Final

import asyncpg

from beaconfire_agency.adapters.postgres import GRANTS_OF_P, grants_of
from beaconfire_agency.adapters.secrets import TOKEN_PREFIX, hash_of
from beaconfire_agency.domain.sessions import grants_in_force
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import UnitId
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import Minter
from beaconfire_platform.database import Database, DatabaseAway, persistently
from beaconfire_platform.web.session import Exchanged

SEEN_EVERY: Final = timedelta(seconds=60)
"""How exactly idleness is known: one small write a minute for each working session."""

_BY_SESSION: Final = f"""
    select p.id, p.epoch, s.id as session_id, null::uuid as token_id, '{{}}'::text[] as scopes,
           null::uuid as unit_id, d.id as seat, {GRANTS_OF_P} as grants,
           clock_timestamp() as now, s.ends_at,
           s.seen_at < clock_timestamp() - $3::interval as is_due
    from session s join person p on p.id = s.person_id left join seat d on d.person_id = p.id
    where s.secret_hash = $1 and s.closed_at is null and not p.disabled
      and s.ends_at > clock_timestamp() and s.seen_at > clock_timestamp() - $2::interval
"""
_BY_TOKEN: Final = f"""
    select p.id, p.epoch, null::uuid as session_id, t.id as token_id, t.scopes, t.unit_id,
           null::uuid as seat, {GRANTS_OF_P} as grants, clock_timestamp() as now,
           t.expires_at as ends_at, false as is_due
    from api_token t join person p on p.id = t.person_id
    where t.secret_hash = $1 and t.withdrawn_at is null and not p.disabled
      and t.expires_at > clock_timestamp()
"""
_SEEN: Final = "update session set seen_at = clock_timestamp() where id = $1"


class PgExchange:
    """Looks secrets up by their hash, and signs who they belong to."""

    def __init__(self, database: Database, minter: Minter, *, idle: timedelta) -> None:
        """`idle` ends a session that nobody used for so long."""
        self._database = database
        self._minter = minter
        self._idle = idle

    async def exchange(self, secret: str) -> Exchanged | None:
        """The token, or None for a secret that opens nothing; DatabaseAway when nobody can say."""

        async def look() -> asyncpg.Record | None:
            async with self._database.looking() as connection:
                if secret.startswith(TOKEN_PREFIX):
                    return await connection.fetchrow(_BY_TOKEN, hash_of(secret))
                return await connection.fetchrow(
                    _BY_SESSION, hash_of(secret), self._idle, SEEN_EVERY
                )

        record = await persistently(look)
        if record is None:
            return None
        if record["is_due"]:
            await self._see(str(record["id"]), str(record["session_id"]))
        subject = subject_of(record)
        return Exchanged(self._minter.mint(subject, now=record["now"]), subject)

    async def _see(self, person_id: str, session_id: str) -> None:
        cause = Cause(actor=person_id, correlation_id="")

        async def write() -> None:
            async with self._database.transaction(cause=cause) as tx:
                await tx.connection.execute(_SEEN, session_id)

        try:
            await persistently(write)
        except DatabaseAway:
            return  # seen a minute later, then


def subject_of(record: asyncpg.Record) -> Subject:
    """Who a row of the exchange speaks for."""
    unit, session, token, seat = (
        None if record[name] is None else str(record[name])
        for name in ("unit_id", "session_id", "token_id", "seat")
    )
    return Subject(
        id=str(record["id"]),
        grants=grants_in_force(grants_of(record["grants"]), None if unit is None else UnitId(unit)),
        session_id=session,
        token_id=token,
        seat=seat,
        scopes=frozenset(record["scopes"]),
        issued_at=record["now"],
        epoch=record["epoch"],
        ends_at=record["ends_at"],
    )
