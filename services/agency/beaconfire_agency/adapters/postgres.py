"""Bodies and people in PostgreSQL, in SQL beside their row mapping."""

import json
from typing import Final

import asyncpg

from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.people import Person
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, PersonId, SeatId, UnitId
from beaconfire_contracts.vocabulary import BodyKind, Role
from beaconfire_platform.database import Connection

BODY_COLUMNS: Final = """
    b.id, b.code, b.kind, b.level, b.name_zh, b.name_en, b.territorial_parent,
    b.professional_parent, b.division, b.matters, b.zone, b.pool_seat
"""
GRANTS_OF_P: Final = """
    coalesce((select json_agg(json_build_object('role', g.role, 'body', g.body,
                              'reach', g.reach, 'unit_id', g.unit_id)
                              order by g.role, g.reach, g.body, g.unit_id)
              from person_grant g where g.person_id = p.id), '[]'::json)
"""
"""The grants of the person `p` of the statement, as JSON."""
PERSON_COLUMNS: Final = f"""
    p.id, p.sign_in, p.name_zh, p.name_en, p.language, p.body, p.disabled, p.epoch,
    {GRANTS_OF_P} as grants
"""
_BODY: Final = f"select {BODY_COLUMNS} from body b where b.id = $1"
_BODY_BY_CODE: Final = f"select {BODY_COLUMNS} from body b where b.code = $1"
_ADD_BODY: Final = """
    insert into body (id, code, kind, level, name_zh, name_en, territorial_parent,
                      professional_parent, division, matters, zone, pool_seat)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_PERSON: Final = f"select {PERSON_COLUMNS} from person p where p.id = $1"
_PERSON_BY_SIGN_IN: Final = f"select {PERSON_COLUMNS} from person p where p.sign_in = $1"
_ADD_PERSON: Final = """
    insert into person (id, sign_in, name_zh, name_en, language, body, password_hash, disabled,
                        epoch)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_SAVE_PERSON: Final = "update person set disabled = $2, epoch = $3 where id = $1"
_SET_PASSWORD: Final = "update person set password_hash = $2 where id = $1"  # noqa: S105  (a statement, no password)
_DROP_GRANTS: Final = "delete from person_grant where person_id = $1"
_ADD_GRANTS: Final = """
    insert into person_grant (person_id, role, body, reach, unit_id)
    select $1, * from unnest($2::text[], $3::uuid[], $4::text[], $5::uuid[])
"""


class PgBodies:
    """Bodies over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, body_id: BodyId) -> Body | None:
        """One body."""
        record = await self._connection.fetchrow(_BODY, body_id)
        return None if record is None else body_of(record)

    async def by_code(self, code: str) -> Body | None:
        """The body with a code."""
        record = await self._connection.fetchrow(_BODY_BY_CODE, code)
        return None if record is None else body_of(record)

    async def add(self, body: Body) -> None:
        """Keep a new body."""
        await self._connection.execute(
            _ADD_BODY,
            body.id,
            body.code,
            body.kind,
            body.level,
            body.name_zh,
            body.name_en,
            body.territorial_parent,
            body.professional_parent,
            body.division,
            list(body.matters),
            body.zone,
            body.pool_seat,
        )


class PgPeople:
    """People over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, person_id: PersonId) -> Person | None:
        """One person."""
        record = await self._connection.fetchrow(_PERSON, person_id)
        return None if record is None else person_of(record)

    async def by_sign_in(self, sign_in: str) -> Person | None:
        """The person with a sign-in name."""
        record = await self._connection.fetchrow(_PERSON_BY_SIGN_IN, sign_in)
        return None if record is None else person_of(record)

    async def add(self, person: Person, password_hash: str | None) -> None:
        """Keep a new person."""
        await self._connection.execute(
            _ADD_PERSON,
            person.id,
            person.sign_in,
            person.name_zh,
            person.name_en,
            person.language,
            person.body,
            password_hash,
            person.disabled,
            person.epoch,
        )
        await self._add_grants(person)

    async def save(self, person: Person) -> None:
        """Keep what changed: grants, whether disabled, the epoch."""
        await self._connection.execute(_SAVE_PERSON, person.id, person.disabled, person.epoch)
        await self._connection.execute(_DROP_GRANTS, person.id)
        await self._add_grants(person)

    async def set_password(self, person_id: PersonId, password_hash: str) -> None:
        """Keep a new password's hash."""
        await self._connection.execute(_SET_PASSWORD, person_id, password_hash)

    async def _add_grants(self, person: Person) -> None:
        await self._connection.execute(
            _ADD_GRANTS,
            person.id,
            [grant.role for grant in person.grants],
            [grant.body for grant in person.grants],
            [grant.reach for grant in person.grants],
            [grant.unit_id for grant in person.grants],
        )


def body_of(record: asyncpg.Record) -> Body:
    """A row of `BODY_COLUMNS` as a body."""
    territorial, professional = record["territorial_parent"], record["professional_parent"]
    return Body(
        id=BodyId(str(record["id"])),
        code=record["code"],
        kind=BodyKind(record["kind"]),
        level=record["level"],
        name_zh=record["name_zh"],
        name_en=record["name_en"],
        territorial_parent=None if territorial is None else BodyId(str(territorial)),
        professional_parent=None if professional is None else BodyId(str(professional)),
        division=record["division"],
        matters=tuple(record["matters"]),
        zone=record["zone"],
        pool_seat=SeatId(str(record["pool_seat"])),
    )


def person_of(record: asyncpg.Record) -> Person:
    """A row of `PERSON_COLUMNS` as a person."""
    return Person(
        id=PersonId(str(record["id"])),
        sign_in=record["sign_in"],
        name_zh=record["name_zh"],
        name_en=record["name_en"],
        language=record["language"],
        body=BodyId(str(record["body"])),
        grants=grants_of(record["grants"]),
        disabled=record["disabled"],
        epoch=record["epoch"],
    )


def grants_of(text: str) -> tuple[Grant, ...]:
    """Grants as JSON text; roles that this build does not know are left out, and open nothing."""
    known = frozenset(Role)
    return tuple(
        Grant(Role(one["role"]), BodyId(one["body"]), one["reach"], _unit(one["unit_id"]))
        for one in json.loads(text)
        if one["role"] in known
    )


def _unit(unit_id: str | None) -> UnitId | None:
    return None if unit_id is None else UnitId(unit_id)
