"""What a revoking fact does to whoever verifies: it is remembered, and what was exchanged goes."""

from datetime import timedelta
from typing import Any, cast

from beaconfire_contracts.facts.agency import AccessRevoked, SeatHandedOver, SeatTaken
from beaconfire_contracts.ids import PersonId, SeatId
from beaconfire_platform.access.revocation import reactions
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import Revocations
from beaconfire_testkit.builders import NOON, envelope_of

PERSON = PersonId("p1")
NO_TX = cast("Any", None)


def _holder(seconds: int, session: str | None = None) -> Subject:
    return Subject("p1", (), session_id=session, issued_at=NOON + timedelta(seconds=seconds))


async def test_a_person_revoked_loses_what_was_issued_before_and_keeps_what_comes_after() -> None:
    revocations, forgotten = Revocations(), list[str]()
    react = reactions(revocations, forget=forgotten.append)[AccessRevoked]

    await react.effect(envelope_of(AccessRevoked(PERSON, NOON)), NO_TX)

    assert revocations.covers(_holder(-1))
    assert not revocations.covers(_holder(1))
    assert forgotten == ["p1"]


async def test_a_session_ended_ends_alone() -> None:
    revocations = Revocations()
    react = reactions(revocations)[AccessRevoked]

    await react.effect(envelope_of(AccessRevoked(PERSON, NOON, session_id="s1")), NO_TX)

    assert revocations.covers(_holder(1, "s1"))
    assert not revocations.covers(_holder(-1, "s2"))


async def test_a_seat_taken_or_handed_over_renews_what_is_known_of_those_who_sit_there() -> None:
    forgotten = list[str]()
    react = reactions(Revocations(), forget=forgotten.append)
    seat = SeatId("s1")

    taken = SeatTaken(seat, PERSON, NOON)
    handed = SeatHandedOver(seat, PERSON, PersonId("p2"), (), NOON)
    await react[SeatTaken].effect(envelope_of(taken), NO_TX)
    await react[SeatHandedOver].effect(envelope_of(handed), NO_TX)

    assert forgotten == ["p1", "p1", "p2"]
