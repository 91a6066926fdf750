"""A seat has one holder or none, whatever is done to it in whatever order."""

from contextlib import suppress

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from beaconfire_agency.domain.seats import Desk, HandOver, NotYourSeat, OwnHandOver, SeatOccupied
from beaconfire_contracts.facts.agency import SeatHandedOver, SeatLeft, SeatTaken
from beaconfire_contracts.ids import BodyId, PersonId, SeatId
from beaconfire_contracts.refusals import Refusal
from beaconfire_contracts.vocabulary import SeatKind
from beaconfire_testkit.builders import NOON

people = st.sampled_from([PersonId("a"), PersonId("b"), PersonId("c")])
DESK = Desk(SeatId("s"), "D1", SeatKind.DISPATCHING, BodyId("x"))


class Seating(RuleBasedStateMachine):
    """Whoever folds a seat's facts knows its holder as well as the seat itself does."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = DESK
        self.told_holder: PersonId | None = None

    @rule(person=people)
    def take(self, person: PersonId) -> None:
        with suppress(Refusal):
            self.desk, fact = self.desk.take(person, at=NOON)
            self._hear(fact)

    @rule(person=people)
    def leave(self, person: PersonId) -> None:
        with suppress(Refusal):
            self.desk, fact = self.desk.leave(person, at=NOON)
            self._hear(fact)

    @rule(by=people, to=people)
    def offer(self, by: PersonId, to: PersonId) -> None:
        with suppress(Refusal):
            self.desk = self.desk.offer_to(HandOver(to, "n", (), NOON), by=by)

    @rule(person=people)
    def accept(self, person: PersonId) -> None:
        with suppress(Refusal):
            self.desk, fact = self.desk.accept(person, at=NOON)
            self._hear(fact)

    @rule(to=people)
    def decide(self, to: PersonId) -> None:
        with suppress(Refusal):
            self.desk, fact = self.desk.hand_over(to, (), at=NOON)
            self._hear(fact)

    def _hear(self, fact: SeatTaken | SeatLeft | SeatHandedOver | None) -> None:
        match fact:
            case SeatTaken():
                self.told_holder = fact.person_id
            case SeatLeft():
                assert fact.person_id == self.told_holder
                self.told_holder = None
            case SeatHandedOver():
                assert fact.from_person == self.told_holder != fact.accepted_by
                self.told_holder = fact.accepted_by
            case None:
                pass

    @invariant()
    def the_facts_tell_who_sits_there(self) -> None:
        assert self.desk.person_id == self.told_holder
        assert (self.desk.taken_at is None) is (self.desk.person_id is None)
        assert self.desk.offer is None or self.desk.person_id is not None


TestSeating = Seating.TestCase


def test_a_seat_that_somebody_holds_is_refused_to_others() -> None:
    held, _ = DESK.take(PersonId("a"), at=NOON)

    with pytest.raises(SeatOccupied):
        held.take(PersonId("b"), at=NOON)
    with pytest.raises(NotYourSeat):
        held.leave(PersonId("b"), at=NOON)
    with pytest.raises(OwnHandOver):
        held.hand_over(PersonId("a"), (), at=NOON)
