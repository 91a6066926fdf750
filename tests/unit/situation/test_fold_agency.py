"""Agency's records: who works at which seat."""

from dataclasses import replace

from beaconfire_contracts.facts.agency import SeatHandedOver, SeatLeft, SeatRegistered, SeatTaken
from beaconfire_contracts.ids import PersonId
from beaconfire_situation.domain.fold_agency import AGENCY
from beaconfire_testkit.builders import an_example_of


def test_a_seat_is_empty_then_taken_then_handed_over_then_empty() -> None:
    told = (
        an_example_of(SeatRegistered),
        replace(an_example_of(SeatTaken), person_id=PersonId("ana")),
        replace(an_example_of(SeatHandedOver), accepted_by=PersonId("ben")),
        an_example_of(SeatLeft),
    )
    data: dict[str, object] = {}
    holders: list[object] = []
    for fact in told:
        data = AGENCY[type(fact)][1](fact, data)
        holders.append(data["person_id"])

    assert {AGENCY[type(fact)][0] for fact in told} == {"seat"}
    assert holders == [None, "ana", "ben", None]
