"""Pages of bodies, people, seats, tokens and audit rows: never a row out of the caller's reach."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from beaconfire_agency.adapters.postgres import BODY_COLUMNS, PERSON_COLUMNS, body_of, person_of
from beaconfire_agency.adapters.seat_rows import SEAT_COLUMNS, seat_of
from beaconfire_agency.adapters.token_rows import ROW as TOKEN_ROW
from beaconfire_agency.adapters.token_rows import token_of
from beaconfire_agency.application.queries import AuditRow, Bounds, Standing
from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.seats import Desk
from beaconfire_agency.domain.sessions import ApiToken
from beaconfire_platform.access.predicate import Columns, predicate
from beaconfire_platform.database import Database

_BEFORE_ALL: Final = "00000000-0000-0000-0000-000000000000"
_IN_BODY: Final = Columns(path="b.division", owner="b.id::text")
_IN_BODY_OR_ONESELF: Final = Columns(
    path="b.division", owner="b.id::text", person_ids="array[p.id::text]"
)
_BODIES: Final = f"""
    select {BODY_COLUMNS} from body b
    where {predicate(_IN_BODY)} and b.id > $7 order by b.id limit $8
"""
_PEOPLE: Final = f"""
    select {PERSON_COLUMNS} from person p join body b on b.id = p.body
    where {predicate(_IN_BODY_OR_ONESELF)} and p.id > $7
      and ($9::uuid[] is null or p.id = any($9)) order by p.id limit $8
"""
_SEATS: Final = f"""
    select {SEAT_COLUMNS} from seat s join body b on b.id = s.body
    where {predicate(_IN_BODY)} and s.id > $7 order by s.id limit $8
"""
_TOKENS: Final = f"""
    select {TOKEN_ROW}
    from api_token t join person p on p.id = t.person_id join body b on b.id = p.body
    where {predicate(_IN_BODY_OR_ONESELF)} and t.id > $7
      and t.withdrawn_at is null and t.expires_at > clock_timestamp()
    order by t.id limit $8
"""
_AUDIT: Final = f"""
    select a.id, a.at, a.actor, a.on_behalf_of, a.seat, a.action, a.object, a.result, a.code,
           a.correlation_id
    from audit a left join person p on p.id::text = a.actor left join body b on b.id = p.body
    where {predicate(_IN_BODY)} and a.id > $7 order by a.id limit $8
"""
_BEARER: Final = "select person_id from api_token where id = $1"
_PERSON: Final = f"select {PERSON_COLUMNS} from person p where p.id = $1"
_HOME: Final = f"select {BODY_COLUMNS} from body b where b.id = $1"
_SEAT: Final = f"select {SEAT_COLUMNS} from seat s where s.person_id = $1"
_ENDS_AT: Final = "select ends_at from session where id = $1"


class PgDirectory:
    """Reads in snapshots of its own."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._database = database

    async def bodies(self, bounds: Bounds, *, after: str | None, limit: int) -> list[Body]:
        """Bodies within reach."""
        return [body_of(one) for one in await self._page(_BODIES, bounds, after, limit)]

    async def people(
        self, bounds: Bounds, *, after: str | None, limit: int, ids: Sequence[str] | None = None
    ) -> list[Person]:
        """People within reach; of these ids alone, if any are given."""
        some = None if ids is None else list(ids)
        return [person_of(one) for one in await self._page(_PEOPLE, bounds, after, limit, some)]

    async def seats(self, bounds: Bounds, *, after: str | None, limit: int) -> list[Desk]:
        """Seats within reach."""
        return [seat_of(one) for one in await self._page(_SEATS, bounds, after, limit)]

    async def tokens(self, bounds: Bounds, *, after: str | None, limit: int) -> list[ApiToken]:
        """Tokens of people within reach, withdrawn and expired ones left out."""
        return [token_of(one) for one in await self._page(_TOKENS, bounds, after, limit)]

    async def audit(self, bounds: Bounds, *, after: int, limit: int) -> list[AuditRow]:
        """What people within reach did, oldest first."""
        async with self._database.reading() as connection:
            records = await connection.fetch(_AUDIT, *bounds, after, limit)
        return [AuditRow(**dict(one)) for one in records]

    async def bearer_of(self, token_id: str) -> str | None:
        """Whose token it is."""
        async with self._database.reading() as connection:
            found = await connection.fetchval(_BEARER, token_id)
        return None if found is None else str(found)

    async def standing(self, person_id: str, session_id: str | None) -> Standing | None:
        """Who somebody is; None for a machine that is nobody here."""
        async with self._database.reading() as connection:
            person = await connection.fetchrow(_PERSON, person_id)
            if person is None:
                return None
            home = await connection.fetchrow(_HOME, person["body"])
            seat = await connection.fetchrow(_SEAT, person_id)
            ends_at: Any = None
            if session_id is not None:
                ends_at = await connection.fetchval(_ENDS_AT, session_id)
        assert home is not None  # noqa: S101  (a foreign key holds it)
        return Standing(
            person_of(person), body_of(home), None if seat is None else seat_of(seat), ends_at
        )

    async def _page(
        self, statement: str, bounds: Bounds, after: str | None, limit: int, *more: Any
    ) -> list[asyncpg.Record]:
        async with self._database.reading() as connection:
            return await connection.fetch(statement, *bounds, after or _BEFORE_ALL, limit, *more)
