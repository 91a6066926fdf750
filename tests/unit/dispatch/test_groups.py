"""Groups are found by their incident, and work on them has an end that is said."""

import numpy as np

from beaconfire_dispatch.domain.engine.groups import Allowance, Wholeness, groups_of, make_whole
from beaconfire_dispatch.domain.engine.matching import optimum
from beaconfire_dispatch.domain.engine.state import Slot

UNMET = 1_000


def a_slot(incident: str, group: str | None) -> Slot:
    return Slot(incident, "engine", 1, 0.0, 480.0, group=group)


def test_a_group_is_of_one_incident_and_one_alone_is_none() -> None:
    slots = [a_slot("i", "g"), a_slot("j", "g"), a_slot("i", "g"), a_slot("i", None)]

    assert groups_of(slots) == (frozenset({0, 2}),)


def test_a_broken_group_is_one_that_is_filled_in_part() -> None:
    wholeness = Wholeness((frozenset({0, 1}), frozenset({2, 3})))

    assert wholeness.first_broken({0: 5, 2: 6, 3: 7}) == {0, 1}
    assert wholeness.broken({0: 5, 2: 6}) == {0, 1, 2, 3}
    assert wholeness.first_broken({}) is None


def test_two_units_go_where_they_fill_a_group_rather_than_break_two() -> None:
    real = np.array([[10, 10], [10, 10], [1, 1], [1, 1]], dtype=np.int64)
    unmet = np.full(4, UNMET)
    groups = (frozenset({0, 1}), frozenset({2, 3}))

    found = make_whole(real, unmet, groups, optimum, allowance=Allowance.for_pairs(real.size))

    assert found.is_optimal
    assert found.pairs.keys() == {2, 3}


def test_where_the_work_would_be_too_much_what_breaks_none_is_taken_and_it_is_said() -> None:
    pairs = 40
    size = 2 * pairs
    chance = np.random.default_rng(7)
    real = chance.integers(1, 900, (size, pairs + 1)).astype(np.int64)
    groups = tuple(frozenset({2 * one, 2 * one + 1}) for one in range(pairs))

    found = make_whole(
        real, np.full(size, UNMET), groups, optimum, allowance=Allowance.for_pairs(real.size)
    )

    assert Wholeness(groups).first_broken(found.pairs) is None
    assert found.pairs
    assert not found.is_optimal
