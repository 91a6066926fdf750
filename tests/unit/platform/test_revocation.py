"""What a revoking fact does to whoever verifies: it is remembered, and what was exchanged goes."""

from datetime import timedelta

from beaconfire_contracts.facts.agency import AccessRevoked, SeatHandedOver, SeatTaken
from beaconfire_contracts.ids import PersonId, SeatId
from beaconfire_platform.access.revocation import hears
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import Revocations
from beaconfire_testkit.builders import NOON, envelope_of

PERSON = PersonId("p1")


def _holder(seconds: int, session: str | None = None) -> Subject:
    return Subject("p1", (), session_id=session, issued_at=NOON + timedelta(seconds=seconds))


def test_a_person_revoked_loses_what_was_issued_before_and_keeps_what_comes_after() -> None:
    revocations, forgotten = Revocations(), list[str]()
    hear = hears(revocations, forgotten.append)[AccessRevoked]

    hear(envelope_of(AccessRevoked(PERSON, NOON)))

    assert revocations.covers(_holder(-1))
    assert not revocations.covers(_holder(1))
    assert forgotten == ["p1"]


def test_a_session_ended_ends_alone() -> None:
    revocations = Revocations()
    hear = hears(revocations, lambda _: None)[AccessRevoked]

    hear(envelope_of(AccessRevoked(PERSON, NOON, session_id="s1")))

    assert revocations.covers(_holder(1, "s1"))
    assert not revocations.covers(_holder(-1, "s2"))


def test_a_seat_taken_or_handed_over_renews_what_is_known_of_those_who_sit_there() -> None:
    forgotten = list[str]()
    hear = hears(Revocations(), forgotten.append)
    seat = SeatId("s1")

    taken = SeatTaken(seat, PERSON, NOON)
    handed = SeatHandedOver(seat, PERSON, PersonId("p2"), (), NOON)
    hear[SeatTaken](envelope_of(taken))
    hear[SeatHandedOver](envelope_of(handed))

    assert forgotten == ["p1", "p1", "p2"]
