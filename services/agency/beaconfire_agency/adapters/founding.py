"""Set-up: the first body and the first administrator, with a password that is printed once."""

from dataclasses import dataclass
from typing import Final

from beaconfire_agency.adapters.secrets import first_password
from beaconfire_agency.adapters.tables import tables_of
from beaconfire_agency.application.found_authority import FoundAuthority, found_authority, keys
from beaconfire_agency.application.ports import Passwords
from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.people import Person
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, PersonId, SeatId
from beaconfire_contracts.vocabulary import BodyKind, Role
from beaconfire_platform.access.allow import EVERYWHERE
from beaconfire_platform.database import Database
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.audit import AuditEntry, write_audit

ADMINISTRATOR: Final = "admin"
_ANY: Final = "select exists (select 1 from body)"
_ACTOR: Final = "system:setup"


@dataclass(frozen=True, slots=True)
class Founded:
    """The first administrator's sign-in name and password: to be printed once, kept nowhere."""

    sign_in: str
    password: str
    person_id: str
    body_id: str


async def found(
    database: Database, passwords: Passwords, *, code: str, division: str, zone: str
) -> Founded | None:
    """Found the authority of an empty deployment; None when there is one already."""
    async with database.reading() as connection:
        if await connection.fetchval(_ANY):
            return None
    password = first_password()
    body = _root(code, division, zone)
    person = _administrator(body)
    command = FoundAuthority(body, person, await passwords.hash(password))
    async with database.transaction(
        *keys(command), cause=Cause(actor=_ACTOR, correlation_id=new_id())
    ) as tx:
        tables = tables_of(tx)
        made = await found_authority(
            command, bodies=tables.bodies, people=tables.people, seats=tables.seats, facts=tx
        )
        if made:
            entry = AuditEntry(_ACTOR, "authority.found", tx.cause.correlation_id, body.id)
            write_audit(tx, entry)
    return Founded(person.sign_in, password, person.id, body.id) if made else None


def _root(code: str, division: str, zone: str) -> Body:
    return Body(
        id=BodyId(new_id()),
        code=code,
        kind=BodyKind.GOVERNMENT,
        level="root",
        name_zh="上级机构",
        name_en="Root authority",
        territorial_parent=None,
        professional_parent=None,
        division=division,
        matters=(),
        zone=zone,
        pool_seat=SeatId(new_id()),
    )


def _administrator(body: Body) -> Person:
    return Person(
        id=PersonId(new_id()),
        sign_in=ADMINISTRATOR,
        name_zh="管理员",
        name_en="Administrator",
        language="zh",
        body=body.id,
        grants=(Grant(Role.ADMINISTRATOR, body.id, EVERYWHERE),),
    )
