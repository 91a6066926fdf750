"""Joint matching is the optimum that brute force finds, and no priority loses to a lower one."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine.matching import (
    FAR_S,
    IMPOSSIBLE,
    UNMET_FACTOR,
    WEIGHT,
    WHOLE,
    costs,
    match,
    terms,
)
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

CAPABILITY = st.sampled_from(["engine", "ladder", "ambulance"])
SLOT = st.builds(
    Slot,
    st.sampled_from("ijk"),
    CAPABILITY,
    st.integers(1, 4),
    st.floats(0, 900),
    st.sampled_from([480.0, 1200.0]),
)
UNIT = st.tuples(st.frozensets(CAPABILITY, min_size=1), st.integers(0, 9))
ROAD_S = st.one_of(st.floats(0, 1800), st.just(1e9))


def a_slot(priority: int = 1, capability: str = "engine", incident: str = "i") -> Slot:
    return Slot(incident, capability, priority, 0.0, 480.0)


def a_unit(name: str, *capabilities: str, idle_s: float = 0.0) -> Free:
    return Free(name, name, frozenset(capabilities or ("engine",)), idle_s, 60.0)


def a_situation(
    slots: Sequence[Slot], units: Sequence[Free], road_s: Sequence[Sequence[float]]
) -> Situation:
    roads = np.array(road_s, dtype=float).reshape(len(units), len(slots))
    return Situation(tuple(slots), tuple(units), roads, "road", np.zeros((len(units), 0)))


@st.composite
def turned(draw: st.DrawFn) -> Situation:
    """Situations in which some slots have a unit under way, and some of these are bound."""
    situation = draw(situations())
    slots, units = list(situation.slots), list(situation.units)
    for row, column in zip(range(len(slots)), range(len(units)), strict=False):
        if draw(st.booleans()) and slots[row].capability in units[column].capabilities:
            held, going = units[column].unit_id, slots[row].priority
            slots[row] = replace(slots[row], held_by=held, may_divert=draw(st.booleans()))
            units[column] = replace(units[column], answering=going, is_bound=draw(st.booleans()))
    return replace(situation, slots=tuple(slots), units=tuple(units))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Up to four slots and five units: few enough to try every way."""
    slots = draw(st.lists(SLOT, max_size=4))
    units = [
        Free(f"u{place}", f"U{place}", abilities, float(idle), 60.0)
        for place, (abilities, idle) in enumerate(draw(st.lists(UNIT, max_size=5)))
    ]
    row = st.lists(ROAD_S, min_size=len(slots), max_size=len(slots))
    return a_situation(slots, units, [draw(row) for _ in units])


def every_way(situation: Situation) -> list[dict[int, int]]:
    """All matchings of possible pairs."""
    prices = costs(situation)
    choices = [
        [None, *(one for one in range(len(situation.units)) if prices[row, one] < IMPOSSIBLE)]
        for row in range(len(situation.slots))
    ]
    ways: list[dict[int, int]] = []
    for way in itertools.product(*choices):
        taken = [one for one in way if one is not None]
        if len(taken) == len(set(taken)):
            ways.append({row: one for row, one in enumerate(way) if one is not None})
    return ways


def price(situation: Situation, way: dict[int, int]) -> int:
    prices = costs(situation)
    return sum(
        int(prices[row, way[row]])
        if row in way
        else round(WEIGHT[slot.priority] * UNMET_FACTOR * WHOLE) * 1_000
        for row, slot in enumerate(situation.slots)
    )


def met(situation: Situation, way: dict[int, int]) -> tuple[int, ...]:
    """How many slots are met, by priority, the most urgent first."""
    return tuple(
        sum(situation.slots[row].priority == priority for row in way) for priority in WEIGHT
    )


@given(st.one_of(situations(), turned()))
def test_matching_costs_what_the_best_of_all_ways_costs(situation: Situation) -> None:
    found = match(situation)

    assert price(situation, found) == min(price(situation, way) for way in every_way(situation))


@given(situations())
def test_no_slot_goes_without_while_a_less_urgent_one_could_wait(situation: Situation) -> None:
    found = match(situation)

    assert met(situation, found) == max(met(situation, way) for way in every_way(situation))


@given(situations(), st.integers(0, 99))
def test_the_order_of_slots_and_units_does_not_matter(situation: Situation, seed: int) -> None:
    chance = random.Random(seed)
    rows = chance.sample(range(len(situation.slots)), len(situation.slots))
    columns = chance.sample(range(len(situation.units)), len(situation.units))
    turned = a_situation(
        [situation.slots[row] for row in rows],
        [situation.units[column] for column in columns],
        [[situation.road_s[column, row] for row in rows] for column in columns],
    )

    assert price(turned, match(turned)) == price(situation, match(situation))


def test_the_only_able_unit_goes_to_the_more_urgent_though_it_is_far() -> None:
    situation = a_situation([a_slot(4), a_slot(1, incident="j")], [a_unit("u")], [[10.0, 3000.0]])

    assert match(situation) == {1: 0}


def test_two_are_sent_jointly_where_the_nearest_of_one_is_the_only_one_of_the_other() -> None:
    units = [a_unit("near", "engine", "ladder"), a_unit("far", "engine")]
    slots = [a_slot(1), a_slot(2, "ladder", "j")]

    assert match(a_situation(slots, units, [[60, 60], [200, 200]])) == {0: 1, 1: 0}


def test_nobody_is_sent_who_would_drive_for_two_hours() -> None:
    assert match(a_situation([a_slot()], [a_unit("u")], [[FAR_S]])) == {}


def test_among_equals_goes_who_was_sent_longest_ago_then_the_lower_id() -> None:
    rested = [a_unit("a", idle_s=5), a_unit("b", idle_s=50)]
    alike = [a_unit("b"), a_unit("a")]

    assert match(a_situation([a_slot()], rested, [[60], [60]])) == {0: 1}
    assert match(a_situation([a_slot()], alike, [[60], [60]])) == {0: 1}


def test_who_can_do_more_than_is_asked_is_kept_when_it_costs_seconds_only() -> None:
    units = [a_unit("rare", "engine", "ladder"), a_unit("plain", "engine")]

    assert match(a_situation([a_slot(3)], units, [[60], [62]])) == {0: 1}


def test_an_empty_situation_matches_nobody() -> None:
    assert match(a_situation([], [], [])) == {}
    assert match(a_situation([a_slot()], [], [])) == {}


def may_turn(slot: Slot, unit: Free) -> bool:
    """The rules of turning round, for one pair."""
    if unit.answering is None or slot.held_by == unit.unit_id:
        return True
    return slot.priority <= unit.answering and slot.may_divert and not unit.is_bound


@given(st.one_of(situations(), turned()))
def test_all_prices_at_once_are_the_prices_one_by_one(situation: Situation) -> None:
    prices = costs(situation)

    for (row, column), price_of_pair in np.ndenumerate(prices):
        slot, unit = situation.slots[row], situation.units[column]
        road_s = float(situation.road_s[column, row])
        able = slot.capability in unit.capabilities and road_s < FAR_S
        if able and may_turn(slot, unit):
            expected = terms(slot, unit, road_s).total * WHOLE
            assert abs(price_of_pair // 1_000 - expected) <= 1
        else:
            assert price_of_pair == IMPOSSIBLE


def test_a_price_is_the_sum_of_its_terms_and_grows_with_time() -> None:
    near, far = (terms(a_slot(), a_unit("u"), road_s) for road_s in (60.0, 600.0))

    assert near.eta_s == 120.0
    assert near.total == near.minutes + near.lateness + near.over_qualified
    assert near.total < far.total
    assert near.lateness < 0.01 < 1.9 < far.lateness


@given(turned())
def test_who_is_under_way_is_turned_round_by_the_rules_alone(situation: Situation) -> None:
    for row, column in match(situation).items():
        slot, unit = situation.slots[row], situation.units[column]
        if unit.answering is not None and slot.held_by != unit.unit_id:
            assert slot.priority <= unit.answering
            assert slot.may_divert
            assert not unit.is_bound


def test_a_unit_is_turned_round_for_what_is_more_urgent_and_not_for_a_second() -> None:
    on_its_way = replace(a_unit("u"), answering=3)
    held = replace(a_slot(3, incident="held"), held_by="u")
    new = a_slot(1, incident="new")
    far = a_unit("v")
    situation = a_situation([held, new], [on_its_way, far], [[300, 100], [900, 900]])

    assert match(situation) == {0: 1, 1: 0}
    spent = replace(situation, slots=(held, replace(new, may_divert=False)))
    assert match(spent) == {0: 0, 1: 1}
    bound = replace(situation, units=(replace(on_its_way, is_bound=True), far))
    assert match(bound) == {0: 0, 1: 1}


def test_a_better_placed_unit_takes_over_when_it_is_worth_a_stand_down() -> None:
    on_its_way = replace(a_unit("u"), answering=2, is_bound=True)
    held = replace(a_slot(2), held_by="u")

    assert match(a_situation([held], [on_its_way, a_unit("v")], [[600], [60]])) == {0: 1}
    assert match(a_situation([held], [on_its_way, a_unit("v")], [[70], [60]])) == {0: 0}
