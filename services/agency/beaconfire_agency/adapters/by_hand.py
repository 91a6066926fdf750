"""What whoever keeps the machine does by hand, beside HTTP: people, their passwords, tokens."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from beaconfire_agency.adapters.postgres import BODY_COLUMNS, PgBodies, PgPeople, body_of
from beaconfire_agency.adapters.secrets import first_password, token_secret
from beaconfire_agency.adapters.tables import tables_of
from beaconfire_agency.application import change_password, issue_token, register_person
from beaconfire_agency.application.ports import Passwords
from beaconfire_agency.domain.bodies import Body, UnknownBody
from beaconfire_agency.domain.people import Person, SignInTaken
from beaconfire_agency.domain.sessions import ApiToken
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import ACTIONS, EVERYWHERE
from beaconfire_platform.database import Connection, Database
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.audit import AuditEntry, write_audit

ACTOR: Final = "system:by-hand"
_ROOT: Final = f"select {BODY_COLUMNS} from body b order by b.registered_at, b.id limit 1"


class NothingFounded(NotFound):
    """There is no body yet: start the node once, which founds the first."""


class UnknownPerson(NotFound):
    """Nobody has this sign-in name."""


@dataclass(frozen=True, slots=True)
class Added:
    """Somebody added by hand, and the password to be told them once."""

    sign_in: str
    password: str


async def add_person(
    database: Database, passwords: Passwords, sign_in: str, role: Role, body_id: str | None
) -> Added:
    """Register somebody with one role for a body (the root when none is named)."""
    async with database.reading() as connection:
        body, is_root = await _body(connection, body_id)
        if await PgPeople(connection).by_sign_in(sign_in) is not None:
            raise SignInTaken
    password = first_password()
    person = Person(
        id=PersonId(new_id()),
        sign_in=sign_in,
        name_zh=sign_in,
        name_en=sign_in,
        language="zh",
        body=body.id,
        grants=(Grant(role, body.id, EVERYWHERE if is_root else body.division),),
    )
    command = register_person.RegisterPerson(person, await passwords.hash(password))
    cause = Cause(actor=ACTOR, correlation_id=new_id())
    async with database.transaction(*register_person.keys(command), cause=cause) as tx:
        tables = tables_of(tx)
        await register_person.register_person(
            command, bodies=tables.bodies, people=tables.people, facts=tx
        )
        entry = AuditEntry(ACTOR, "person.write", cause.correlation_id, person.id)
        write_audit(tx, entry)
    return Added(sign_in, password)


async def renew_password(database: Database, passwords: Passwords, sign_in: str) -> Added:
    """A new password of somebody who is known; whoever signed in with the old one is out."""
    async with database.reading() as connection:
        person = await PgPeople(connection).by_sign_in(sign_in)
    if person is None:
        raise UnknownPerson(f"nobody signs in as {sign_in[:64]}")
    password = first_password()
    command = change_password.ChangePassword(person.id, await passwords.hash(password))
    cause = Cause(actor=ACTOR, correlation_id=new_id())
    async with database.transaction(*change_password.keys(command), cause=cause) as tx:
        tables = tables_of(tx)
        await change_password.change_password(
            command,
            people=tables.people,
            sessions=tables.sessions,
            facts=tx,
            now=await tables.moments.now(),
        )
        entry = AuditEntry(ACTOR, "password.change", cause.correlation_id, person.id)
        write_audit(tx, entry)
    return Added(sign_in, password)


async def issue_bearer(
    database: Database, sign_in: str, *, life: timedelta, scopes: tuple[str, ...]
) -> str:
    """A new API token of somebody: its text, which is kept nowhere."""
    async with database.reading() as connection:
        person = await PgPeople(connection).by_sign_in(sign_in)
    if person is None:
        raise UnknownPerson(f"nobody signs in as {sign_in[:64]}")
    secret = token_secret()
    cause = Cause(actor=ACTOR, correlation_id=new_id())
    async with database.transaction(aggregate(person.id), cause=cause) as tx:
        tables = tables_of(tx)
        now = await tables.moments.now()
        token = ApiToken(new_id(), person.id, "by hand", scopes, None, now, now + life)
        await issue_token.issue_token(
            issue_token.IssueToken(token, secret, person.id),
            people=tables.people,
            tokens=tables.tokens,
            actions=ACTIONS,
        )
        entry = AuditEntry(ACTOR, "token.write", cause.correlation_id, token.id)
        write_audit(tx, entry)
    return secret.text


async def _body(connection: Connection, body_id: str | None) -> tuple[Body, bool]:
    root = await connection.fetchrow(_ROOT)
    if root is None:
        raise NothingFounded
    first = body_of(root)
    if body_id is None or body_id == first.id:
        return first, True
    body = await PgBodies(connection).get(BodyId(body_id))
    if body is None:
        raise UnknownBody
    return body, False
