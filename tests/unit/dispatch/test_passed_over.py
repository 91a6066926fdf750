"""No runner-up is said to have lost by a term that did not make it dearer (random situations)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine.allotment import Allotment
from beaconfire_dispatch.domain.engine.decided import Decided, Way
from beaconfire_dispatch.domain.engine.diversions import limits_of
from beaconfire_dispatch.domain.engine.explain import advise
from beaconfire_dispatch.domain.engine.matching import Decision, decide
from beaconfire_dispatch.domain.engine.passed_over import NO_TERM, SEARCH_CUT, lost_by
from beaconfire_dispatch.domain.engine.pricing import IMPOSSIBLE, costs
from beaconfire_dispatch.domain.engine.state import Free, Prices, Situation, Slot, UnderWay

STEPS = {SEARCH_CUT, "nearest_only", "greedy"}
UNIT = st.builds(
    lambda skills, idle, busy, home: (skills, float(idle), busy, home),
    st.frozensets(st.sampled_from("abc"), min_size=1),
    st.integers(0, 2),
    st.sampled_from([None, None, 2, 4]),
    st.sampled_from(["c.d1", "c.d2"]),
)
SLOT = st.builds(
    lambda incident, skill, priority, path: Slot(
        incident, skill, priority, 0.0, 480.0, alternatives=("c",), path=path
    ),
    st.sampled_from("ij"),
    st.sampled_from("ab"),
    st.sampled_from([1, 4]),
    st.sampled_from(["c.d1.x", "c.d2.x"]),
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    told = draw(st.lists(UNIT, min_size=1, max_size=5))
    slots = draw(st.lists(SLOT, min_size=1, max_size=4))
    units = tuple(
        Free(
            f"u{nth}", f"U{nth}", skills, idle, 60.0, busy, path=home,
            under_way=None if busy is None else UnderWay("gone", f"o{nth}"),
        )
        for nth, (skills, idle, busy, home) in enumerate(told)
    )  # fmt: skip
    seconds = st.sampled_from([60.0, 61.0, 150.0, 600.0])
    road_s = np.array([[draw(seconds) for _ in slots] for _ in units])
    posts = np.array([[draw(seconds)] for _ in units])
    prices = Prices(draw(st.sampled_from([0.0, 0.05])), draw(st.sampled_from([0.0, 0.5])))
    return Situation(tuple(slots), units, road_s, "road", posts, prices)


@settings(max_examples=200)
@given(situations())
def test_who_lost_by_a_term_was_dearer_by_it_and_of_all_others_something_else_holds(
    situation: Situation,
) -> None:
    goes_to = {
        situation.units[column].call_sign: situation.slots[row].incident_id
        for row, column in decide(situation).pairs.items()
    }

    for name, advice in advise(situation).items():
        firsts = {option.choices[0].call_sign for option in advice.options}
        for nth, option in enumerate(advice.options):
            for choice in option.choices:
                for reason in [one for one in choice.reasons if "lost_by" in one]:
                    by = reason["lost_by"]
                    if by not in NO_TERM | STEPS:
                        assert reason.get("dearer_by", 1) >= 0
                    if by == "needed_elsewhere":
                        assert reason["needed_by"] != name
                        assert nth > 0 or goes_to[reason["call_sign"]] == reason["needed_by"]
                    if by == "in_another_way":
                        assert nth > 0
                        assert reason["call_sign"] in firsts


@settings(max_examples=200)
@given(situations())
def test_only_of_a_later_way_that_turns_nobody_it_is_said_that_it_does(
    situation: Situation,
) -> None:
    for advice in advise(situation).values():
        for nth, option in enumerate(advice.options):
            reasons = [reason for one in option.choices for reason in one.reasons]
            if any(one.get("lost_by") == "turns_nobody" for one in reasons):
                assert nth > 0
                assert not any(one.leaves for one in option.choices)


@settings(max_examples=200)
@given(situations())
def test_the_term_that_is_named_is_positive_and_the_largest(situation: Situation) -> None:
    prices = costs(situation)
    decision = decide(situation, prices)
    decided = Decided(situation, prices, decision, limits_of(situation), Allotment())

    for row, column in decision.pairs.items():
        incident_id = situation.slots[row].incident_id
        mine = {one: at for one, at in decision.pairs.items()
                if situation.slots[one].incident_id == incident_id}  # fmt: skip
        had = decided.had(row, mine)
        own = decided.terms(row, column).priced
        for other in np.flatnonzero(had < IMPOSSIBLE).tolist():
            by = lost_by(decided, decided.first, (row, column), had, other)["lost_by"]
            if other == column or by in NO_TERM:
                continue
            theirs = decided.terms(row, other).priced
            dearer = {name: theirs[name] - own[name] for name in own}
            assert dearer[by] == max(dearer.values()) > 0


@pytest.mark.parametrize("steps", [(), ("nearest_only",)])
def test_who_is_cheaper_and_free_was_not_weighed(steps: tuple[str, ...]) -> None:
    units = tuple(Free(one, one, frozenset("a"), 0.0, 60.0) for one in ("far", "near"))
    slots = (Slot("i", "a", 1, 0.0, 480.0),)
    situation = Situation(slots, units, np.array([[600.0], [60.0]]), "road", np.zeros((2, 0)))
    prices, way = costs(situation), Way({0: 0}, steps, None)
    decided = Decided(situation, prices, Decision({0: 0}), limits_of(situation), Allotment())

    told = lost_by(decided, way, (0, 0), prices[0], 1)

    assert told == {"lost_by": steps[0] if steps else SEARCH_CUT}
    taken = replace(way, barred=frozenset({1}))
    assert lost_by(decided, taken, (0, 0), prices[0], 1) == {"lost_by": "in_another_way"}
