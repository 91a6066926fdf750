"""Who could have been had for a line: whoever could do it and has no other line of its."""

from dataclasses import replace

import numpy as np

from beaconfire_dispatch.domain.engine.allotment import WEIGHED_MAX, Allotment
from beaconfire_dispatch.domain.engine.decided import Decided
from beaconfire_dispatch.domain.engine.diversions import limits_of
from beaconfire_dispatch.domain.engine.matching import decide
from beaconfire_dispatch.domain.engine.pricing import IMPOSSIBLE, costs
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot, UnderWay

UNITS = tuple(Free(one, one, frozenset({"a"}), 0.0, 60.0) for one in ("u", "v", "w"))
SITUATION = Situation(
    (Slot("i", "a", 1, 0.0, 480.0),) * 2, UNITS,
    np.array([[60.0, 60.0], [90.0, 90.0], [120.0, 120.0]]), "road", np.zeros((3, 0)),
)  # fmt: skip


def decided_on(situation: Situation, *, is_priced: bool = True) -> Decided:
    prices = costs(situation) if is_priced else None
    limits = limits_of(situation)
    return Decided(situation, prices, decide(situation, prices), limits, Allotment())


def test_whoever_goes_to_the_same_incident_is_no_other_way_for_its_other_line() -> None:
    decided = decided_on(SITUATION)

    had = decided.had(0, decided.first.pairs)

    other = decided.first.pairs[1]
    assert had[other] == IMPOSSIBLE
    assert (had < IMPOSSIBLE).sum() == 2
    assert (decided.had(0, {})[other]) < IMPOSSIBLE


def test_who_is_kept_is_whoever_only_the_limit_keeps_from_a_line() -> None:
    away = [replace(one, answering=3, under_way=UnderWay("j", "o")) for one in UNITS]
    units = (*away[:2], replace(away[2], is_bound=True))
    decided = decided_on(replace(SITUATION, units=units))

    assert decided.kept(0, {1: 0}).tolist() == [1]
    assert decided.kept(1, {1: 0}).tolist() == []
    assert decided.kept(0, {}).tolist() == []
    assert decided_on(replace(SITUATION, units=units), is_priced=False).kept(0, {1: 0}).size == 1
    spent = tuple(replace(one, may_divert=False, diversions_left=0) for one in SITUATION.slots)
    decided = decided_on(replace(SITUATION, units=units, slots=spent))
    assert decided.kept(0, {}).tolist() == [0, 1]


def test_without_all_prices_those_of_a_line_are_reckoned_when_they_are_asked() -> None:
    with_all, without = decided_on(SITUATION), decided_on(SITUATION, is_priced=False)

    assert (with_all.had(1, {}) == without.had(1, {})).all()
    assert without.first.prices is None


def test_the_terms_of_a_pair_add_up_to_its_price() -> None:
    decided = decided_on(replace(SITUATION))

    total = decided.terms(0, 2).total

    assert abs(costs(SITUATION)[0, 2] // 1_000 - total * 1_000_000) <= 1


def test_deciding_anew_is_paid_from_what_is_allotted() -> None:
    decided = decided_on(SITUATION)

    assert decided.anew(costs(SITUATION)).pairs == decided.decision.pairs
    assert decided.allotment.left < WEIGHED_MAX
