"""What agency takes and answers over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from beaconfire_agency.domain.passwords import CHARACTERS_MAX
from beaconfire_agency.domain.people import GRANTS_MAX, SIGN_IN
from beaconfire_agency.domain.seats import OPEN_INCIDENTS_MAX
from beaconfire_agency.domain.sessions import SCOPES_MAX
from beaconfire_contracts.vocabulary import BodyKind, Role, SeatKind
from beaconfire_platform.web.fields import Code, Flag, Id, Label, Moment, Prose, Strict
from beaconfire_platform.web.session import SECRET_CHARACTERS_MAX

_PART = r"[A-Za-z0-9][A-Za-z0-9_:-]*"
_ZONES = frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in _ZONES:
        raise ValueError("a zone is an IANA name such as Asia/Shanghai")
    return name


Division = Annotated[str, Field(strict=True, max_length=300, pattern=rf"^{_PART}(\.{_PART})*$")]
Stretch = Annotated[str, Field(strict=True, max_length=300, pattern=rf"^(\*|{_PART}(\.{_PART})*)$")]
Zone = Annotated[
    str,
    Field(strict=True, max_length=64, json_schema_extra={"format": "iana-time-zone"}),
    AfterValidator(_zone),
]
SignInName = Annotated[str, Field(strict=True, max_length=64, pattern=rf"^{SIGN_IN}$")]
Password = Annotated[str, Field(strict=True, min_length=1, max_length=CHARACTERS_MAX)]
Language = Literal["zh", "en"]
Scope = Annotated[str, StringConstraints(strict=True, max_length=64, pattern=r"^[a-z.-]+$")]


class SignInIn(Strict):
    """Who signs in; whatever is wrong with either is answered in the same words."""

    sign_in: Annotated[Label, Field(max_length=64)]
    password: Password


class ExchangeIn(Strict):
    """A secret that somebody bears: a session's cookie or an API token."""

    secret: Annotated[str, Field(strict=True, min_length=1, max_length=SECRET_CHARACTERS_MAX)]


class ExchangeOut(BaseModel):
    """The signed token that it is worth for ten minutes at most."""

    token: str


class BodyIn(Strict):
    """An organisation to register; `division` is the path of the area that it serves."""

    code: Code
    kind: BodyKind
    level: Code
    name_zh: Label
    name_en: Label
    territorial_parent: Id | None = None
    professional_parent: Id | None = None
    division: Division
    matters: list[Code] = Field(default_factory=list, max_length=100)
    zone: Zone


class BodyOut(BaseModel):
    """An organisation."""

    id: str
    code: str
    kind: BodyKind
    level: str
    name_zh: str
    name_en: str
    territorial_parent: str | None
    professional_parent: str | None
    division: str
    matters: list[str]
    zone: str
    pool_seat: str


class GrantIn(Strict):
    """A role for a body, reaching what lies under a division path; `*` is everywhere."""

    role: Role
    body: Id
    reach: Stretch
    unit_id: Id | None = None


class GrantOut(BaseModel):
    """A role for a body, and how far it reaches."""

    role: Role
    body: str
    reach: str
    unit_id: str | None


class PersonIn(Strict):
    """Somebody, or a machine, to register; without a password they can only bear tokens."""

    sign_in: SignInName
    name_zh: Label
    name_en: Label
    language: Language = "zh"
    body: Id
    grants: list[GrantIn] = Field(default_factory=list, max_length=GRANTS_MAX)
    password: Password | None = None


class PersonOut(BaseModel):
    """Somebody who may sign in or bear tokens."""

    id: str
    sign_in: str
    name_zh: str
    name_en: str
    language: str
    body: str
    grants: list[GrantOut]
    disabled: bool


class GrantsIn(Strict):
    """All grants that a person holds from now on."""

    grants: Annotated[list[GrantIn], Field(max_length=GRANTS_MAX)]


class RevokeIn(Strict):
    """End whatever a person was given; `disable` also keeps them from signing in again."""

    disable: Flag = False


class PasswordIn(Strict):
    """A new password; `current` is needed for one's own."""

    password: Password
    current: Password | None = None


class SeatIn(Strict):
    """A desk to register."""

    code: Code
    kind: Literal[SeatKind.CALL_TAKING, SeatKind.DISPATCHING, SeatKind.LEADING]
    body: Id


class SeatOut(BaseModel):
    """A desk, who works at it, and to whom it is offered."""

    id: str
    code: str
    kind: SeatKind
    body: str
    person_id: str | None
    taken_at: datetime | None
    offered_to: str | None
    offered_at: datetime | None


class HandOverIn(Strict):
    """Hand a seat over; its holder offers it, `accepted_by` says the same to accept."""

    accepted_by: Id
    notes: Prose = ""
    open_incidents: list[Id] = Field(default_factory=list, max_length=OPEN_INCIDENTS_MAX)


class SessionOut(BaseModel):
    """Who is signed in, what they may do, and where they work."""

    person: PersonOut
    body: BodyOut
    seat: SeatOut | None
    language: str
    zone: str
    scopes: list[str]
    may: list[str]
    """The actions that they may do at least somewhere; each is still decided where it is asked."""
    ends_at: datetime | None


class TokenIn(Strict):
    """A token to issue; without scopes it may do whatever the person may."""

    person_id: Id
    name: Label
    scopes: list[Scope] = Field(default_factory=list, max_length=SCOPES_MAX)
    unit_id: Id | None = None
    expires_at: Moment


class TokenOut(BaseModel):
    """A token; `token` is there once, in the answer that issued it."""

    id: str
    person_id: str
    name: str
    scopes: list[str]
    unit_id: str | None
    issued_at: datetime
    expires_at: datetime
    token: str | None = None


class AuditRowOut(BaseModel):
    """Who did what, for whom, from which seat, and what came of it."""

    id: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    seat: str | None
    action: str
    object: str | None
    result: str
    code: str | None
    correlation_id: str


class BodyPage(BaseModel):
    """A page of bodies."""

    items: list[BodyOut]
    next: str | None


class PersonPage(BaseModel):
    """A page of people."""

    items: list[PersonOut]
    next: str | None


class SeatPage(BaseModel):
    """A page of seats."""

    items: list[SeatOut]
    next: str | None


class TokenPage(BaseModel):
    """A page of tokens."""

    items: list[TokenOut]
    next: str | None


class AuditPage(BaseModel):
    """A page of the audit."""

    items: list[AuditRowOut]
    next: str | None
