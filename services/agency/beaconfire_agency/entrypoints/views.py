"""Records as they are shown: domain to schema, in one place."""

from typing import Annotated

from fastapi import Query

from beaconfire_agency.application.queries import AuditRow, Standing
from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.seats import Desk
from beaconfire_agency.domain.sessions import ApiToken
from beaconfire_agency.entrypoints.schemas import (
    AuditRowOut,
    BodyOut,
    GrantIn,
    GrantOut,
    PersonOut,
    SeatOut,
    SessionOut,
    TokenOut,
)
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, UnitId
from beaconfire_platform.access.allow import actions_of
from beaconfire_platform.access.subject import Resource, Subject
from beaconfire_platform.web.fields import Id

PAGE_MAX = 500
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
Cursor = Id | None


def body_out(body: Body) -> BodyOut:
    """A body as shown."""
    return BodyOut.model_validate(body, from_attributes=True)


def person_out(person: Person) -> PersonOut:
    """A person as shown."""
    return PersonOut(
        id=person.id,
        sign_in=person.sign_in,
        name_zh=person.name_zh,
        name_en=person.name_en,
        language=person.language,
        body=person.body,
        grants=[grant_out(one) for one in person.grants],
        disabled=person.disabled,
    )


def grant_out(grant: Grant) -> GrantOut:
    """A grant as shown."""
    return GrantOut(role=grant.role, body=grant.body, reach=grant.reach, unit_id=grant.unit_id)


def grants_in(grants: list[GrantIn]) -> tuple[Grant, ...]:
    """Grants as asked for."""
    return tuple(
        Grant(
            one.role,
            BodyId(one.body),
            one.reach,
            None if one.unit_id is None else UnitId(one.unit_id),
        )
        for one in grants
    )


def seat_out(seat: Desk) -> SeatOut:
    """A seat as shown."""
    offer = seat.offer
    return SeatOut(
        id=seat.id,
        code=seat.code,
        kind=seat.kind,
        body=seat.body,
        person_id=seat.person_id,
        taken_at=seat.taken_at,
        offered_to=None if offer is None else offer.to,
        offered_at=None if offer is None else offer.offered_at,
    )


def token_out(token: ApiToken) -> TokenOut:
    """A token as shown, without its secret."""
    return TokenOut(
        id=token.id,
        person_id=token.person_id,
        name=token.name,
        scopes=list(token.scopes),
        unit_id=token.unit_id,
        issued_at=token.issued_at,
        expires_at=token.expires_at,
    )


def audit_out(row: AuditRow) -> AuditRowOut:
    """A line of the audit as shown."""
    return AuditRowOut.model_validate(row, from_attributes=True)


def session_out(standing: Standing, subject: Subject) -> SessionOut:
    """Who somebody is, as shown to themselves: grants as far as their token goes."""
    person = person_out(standing.person)
    person.grants = [grant_out(one) for one in subject.grants]
    return SessionOut(
        person=person,
        body=body_out(standing.body),
        seat=None if standing.seat is None else seat_out(standing.seat),
        language=person.language,
        zone=standing.body.zone,
        scopes=sorted(subject.scopes),
        may=actions_of(subject),
        ends_at=standing.ends_at,
    )


def resource_of(body: Body) -> Resource:
    """What lies in a body: its seats, its people, itself."""
    return Resource(path=body.division, owner=body.id)


def person_resource(person: Person, home: Body) -> Resource:
    """A person, who lies in their body and is their own."""
    return Resource(path=home.division, owner=home.id, person_ids=frozenset({person.id}))
