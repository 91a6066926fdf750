"""How many ambulances casualties ask for: one each for the worst, several in one for the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.needs import Need
from beaconfire_dispatch.domain.casualties import Casualties, with_casualties

CARD = (Need("engine", 1), Need("ambulance", 2), Need("police", 1))
COUNTS = st.builds(
    Casualties, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)
)


@pytest.mark.parametrize(
    ("casualties", "trips"),
    [
        (Casualties(), 0),
        (Casualties(immediate=3), 3),
        (Casualties(delayed=3), 2),
        (Casualties(minor=5), 2),
        (Casualties(dead=9), 0),
        (Casualties(2, 4, 4, 1), 5),
    ],
)
def test_ways_to_a_hospital(casualties: Casualties, trips: int) -> None:
    assert casualties.trips == trips


def test_a_card_that_asks_for_more_already_stays_as_it_is() -> None:
    assert with_casualties(CARD, None) == with_casualties(CARD, Casualties(2)) == CARD


def test_the_line_of_ambulances_grows_and_where_there_is_none_it_comes_last() -> None:
    assert with_casualties(CARD, Casualties(7))[1] == Need("ambulance", 7)
    assert with_casualties((Need("engine", 1),), Casualties(2)) == (
        Need("engine", 1), Need("ambulance", 2),
    )  # fmt: skip
    pair = (Need("ambulance", 1, group="pair"), Need("police", 1, group="pair"))
    assert with_casualties(pair, Casualties(3)) == (*pair, Need("ambulance", 2))


@given(COUNTS)
def test_as_many_are_asked_for_as_are_needed_and_nothing_else_changes(counted: Casualties) -> None:
    needs = with_casualties(CARD, counted)

    asked = sum(need.count for need in needs if need.capability == "ambulance")
    assert asked == max(2, counted.trips)
    assert [one for one in needs if one.capability != "ambulance"] == [CARD[0], CARD[2]]
