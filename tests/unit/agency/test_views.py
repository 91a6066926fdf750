"""What is shown of records: never a secret, grants as far as the caller's token goes."""

from beaconfire_agency.application.queries import Standing
from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.seats import Desk, HandOver
from beaconfire_agency.domain.sessions import ApiToken
from beaconfire_agency.entrypoints.schemas import GrantIn
from beaconfire_agency.entrypoints.views import (
    body_out,
    grants_in,
    person_out,
    person_resource,
    seat_out,
    session_out,
    token_out,
)
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, PersonId, SeatId, UnitId
from beaconfire_contracts.vocabulary import BodyKind, Role, SeatKind
from beaconfire_platform.access.subject import Subject
from beaconfire_testkit.builders import AN_ID, NOON

CREW = Grant(Role.FIELD, BodyId(AN_ID), "akl", UnitId(AN_ID))
BODY = Body(
    id=BodyId(AN_ID),
    code="akl",
    kind=BodyKind.CENTRE,
    level="city",
    name_zh="中心",
    name_en="Centre",
    territorial_parent=None,
    professional_parent=None,
    division="akl",
    matters=(),
    zone="Pacific/Auckland",
    pool_seat=SeatId("pool"),
)
PERSON = Person(
    PersonId("p"), "mei", "梅", "Mei", "zh", BODY.id, (CREW, Grant(Role.VIEWER, BODY.id, "akl"))
)


def test_a_session_shows_what_this_token_may_not_all_that_the_person_may() -> None:
    seat = Desk(SeatId("s"), "D1", SeatKind.DISPATCHING, BODY.id, PERSON.id, NOON)
    subject = Subject(PERSON.id, (CREW,), scopes=frozenset({"unit.read"}))

    shown = session_out(Standing(PERSON, BODY, seat, NOON), subject)

    assert [one.role for one in shown.person.grants] == [Role.FIELD]
    assert shown.scopes == ["unit.read"]
    assert (shown.zone, shown.language) == ("Pacific/Auckland", "zh")
    assert shown.seat is not None
    assert shown.seat.person_id == PERSON.id


def test_grants_go_in_as_they_come_out() -> None:
    shown = person_out(PERSON).grants

    assert grants_in([GrantIn(**one.model_dump()) for one in shown]) == PERSON.grants


def test_an_offered_seat_shows_to_whom_and_not_the_notes() -> None:
    offer = HandOver(PersonId("q"), "note-1", (), NOON)
    seat = Desk(SeatId("s"), "D1", SeatKind.DISPATCHING, BODY.id, PERSON.id, NOON, offer)

    shown = seat_out(seat)

    assert (shown.offered_to, shown.offered_at) == ("q", NOON)
    assert "note" not in shown.model_dump_json()


def test_a_token_is_shown_without_its_secret() -> None:
    token = ApiToken("t", PERSON.id, "crew", ("unit.read",), None, NOON, NOON)

    assert token_out(token).token is None


def test_a_person_lies_in_their_body_and_is_their_own() -> None:
    resource = person_resource(PERSON, BODY)

    assert (resource.path, resource.owner) == ("akl", BODY.id)
    assert resource.person_ids == {"p"}
    assert body_out(BODY).matters == []
