"""Decisions anew are counted in pairs, and what is refused is counted."""

from beaconfire_dispatch.domain.engine.allotment import WEIGHED_LEAST, Allotment


def test_it_allows_until_it_is_spent_and_counts_what_it_refuses() -> None:
    allotment = Allotment(left=3 * WEIGHED_LEAST)

    made = 0
    while allotment.allows():
        allotment.spend(1)
        made += 1

    assert (made, allotment.refused) == (3, 1)
    assert not allotment.allows()
    assert allotment.refused == 2


def test_a_large_decision_costs_what_it_weighed() -> None:
    allotment = Allotment(left=1_000_000)

    allotment.spend(999_999)
    assert allotment.allows()
    allotment.spend(5 * WEIGHED_LEAST)
    assert not allotment.allows()
