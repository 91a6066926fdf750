"""Joint matching is the optimum that brute force finds, and no priority loses to a lower one."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine.lateness import WHOLE
from beaconfire_dispatch.domain.engine.matching import SLOTS_MAX, decide, match, optimum
from beaconfire_dispatch.domain.engine.pricing import (
    FAR_S,
    IMPOSSIBLE,
    PINNED,
    WEIGHT,
    costs,
    step_of,
    terms,
    unmet_of,
)
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

CAPABILITY = st.sampled_from(["engine", "ladder", "ambulance"])
PATH = st.sampled_from([None, "a", "a.b", "a.b.c", "a.d", "e.b.c"])
SLOT = st.builds(
    Slot,
    st.sampled_from("ijk"),
    CAPABILITY,
    st.integers(1, 4),
    st.floats(0, 900),
    st.sampled_from([480.0, 1200.0]),
    alternatives=st.lists(CAPABILITY, max_size=2, unique=True).map(tuple),
    path=PATH,
    vetoed=st.frozensets(st.sampled_from(["u0", "u1"]), max_size=1),
)
UNIT = st.tuples(st.frozensets(CAPABILITY, min_size=1), st.integers(0, 9))
PINNED_TO = st.sampled_from([None, None, None, None, "i", "x"])
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
        Free(
            f"u{place}", f"U{place}", abilities, float(idle), 60.0,
            path=draw(PATH), pinned_to=draw(PINNED_TO),
        )
        for place, (abilities, idle) in enumerate(draw(st.lists(UNIT, max_size=5)))
    ]  # fmt: skip
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
        int(prices[row, way[row]]) if row in way else unmet
        for row, unmet in enumerate(unmet_of(situation.slots).tolist())
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
    nobodys = tuple(replace(unit, pinned_to=None) for unit in situation.units)
    situation = replace(situation, units=nobodys)
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


def is_wanted(slot: Slot, unit: Free) -> bool:
    """The word of a dispatcher, for one pair."""
    return unit.unit_id not in slot.vetoed and unit.pinned_to in (None, slot.incident_id)


@given(st.one_of(situations(), turned()))
def test_all_prices_at_once_are_the_prices_one_by_one(situation: Situation) -> None:
    prices = costs(situation)

    for (row, column), price_of_pair in np.ndenumerate(prices):
        slot, unit = situation.slots[row], situation.units[column]
        road_s = float(situation.road_s[column, row])
        able = step_of(slot, unit) >= 0 and road_s < FAR_S
        if able and may_turn(slot, unit) and is_wanted(slot, unit):
            expected = terms(slot, unit, road_s).total * WHOLE
            wanted = PINNED if unit.pinned_to == slot.incident_id else 0
            assert abs((price_of_pair + wanted) // 1_000 - expected) <= 1
        else:
            assert price_of_pair == IMPOSSIBLE


def test_a_price_is_the_sum_of_its_terms_and_grows_with_time() -> None:
    near, far = (terms(a_slot(), a_unit("u"), road_s) for road_s in (60.0, 600.0))

    assert near.eta_s == 120.0
    assert near.total == pytest.approx(near.minutes + near.lateness + near.over_qualified)
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


@given(situations(), st.lists(st.sampled_from([None, "g", "h"]), min_size=4, max_size=4))
def test_a_group_is_filled_whole_or_not_at_all_at_least_cost(
    situation: Situation, groups: list[str | None]
) -> None:
    slots = tuple(
        replace(slot, group=group) for slot, group in zip(situation.slots, groups, strict=False)
    )
    situation = replace(situation, slots=slots)

    found = decide(situation)

    whole = [way for way in every_way(situation) if breaks_none(situation, way)]
    assert breaks_none(situation, found.pairs)
    assert price(situation, found.pairs) == min(price(situation, way) for way in whole)
    assert found.steps == ()


def breaks_none(situation: Situation, way: dict[int, int]) -> bool:
    """Whether each group of an incident is filled whole or left whole."""
    filled: dict[tuple[str, str], set[bool]] = {}
    for row, slot in enumerate(situation.slots):
        if slot.group is not None:
            filled.setdefault((slot.incident_id, slot.group), set()).add(row in way)
    return all(len(one) == 1 for one in filled.values())


@given(st.one_of(situations(), turned()))
def test_the_optimum_is_proved_by_reduced_costs(situation: Situation) -> None:
    """With prices for slots and units at which no pair is worth more than what was chosen.

    Linear programming's duals (Kuhn and Munkres), found by Bellman and Ford on what is left.
    """
    if not situation.slots or not situation.units:
        return
    real = costs(situation)
    found = match(situation)
    unmet = [price(replace(situation, slots=(slot,), units=()), {}) for slot in situation.slots]

    potential = duals(real, unmet, found)

    assert potential is not None
    assert duals(real, unmet, worse(real, unmet, found)) is None


def worse(real: np.ndarray, unmet: list[int], found: dict[int, int]) -> dict[int, int]:
    """The planted fault: another matching that costs more, or the first chosen pair left out."""
    if not found:
        return {0: -1}
    row = min(found)
    return {one: column for one, column in found.items() if one != row}


def duals(real: np.ndarray, unmet: list[int], pairs: dict[int, int]) -> list[int] | None:
    """Prices of rows and columns with no negative reduced cost, or None where there are none."""
    if -1 in pairs.values():
        return None
    edges = residual(real, unmet, pairs)
    price_of = [0] * (sum(real.shape) + 1)
    for _ in price_of:
        before = list(price_of)
        for start, end, cost in edges:
            price_of[end] = min(price_of[end], price_of[start] + cost)
        if price_of == before:
            return price_of
    return None


def residual(
    real: np.ndarray, unmet: list[int], pairs: dict[int, int]
) -> list[tuple[int, int, int]]:
    """Which changes of a matching are possible and what each costs: from, to, cost."""
    rows, columns = real.shape
    rest, taken = rows + columns, set(pairs.values())
    edges: list[tuple[int, int, int]] = []
    for row, column in zip(*np.nonzero(real < IMPOSSIBLE), strict=True):
        pair, cost = (int(row), rows + int(column)), int(real[row, column])
        edges.append((pair[1], pair[0], -cost) if pairs.get(row) == column else (*pair, cost))
    for row, cost in enumerate(unmet):
        edges.append((row, rest, cost) if row in pairs else (rest, row, -cost))
    return edges + [
        (rest, rows + one, 0) if one in taken else (rows + one, rest, 0) for one in range(columns)
    ]


def test_a_dispatchers_word_holds_against_any_price() -> None:
    near, far = a_unit("near"), a_unit("far")
    roads = [[60], [900]]

    assert match(a_situation([a_slot()], [near, replace(far, pinned_to="i")], roads)) == {0: 1}
    assert match(
        a_situation([replace(a_slot(), vetoed=frozenset({"near"}))], [near, far], roads)
    ) == {0: 1}
    assert match(a_situation([a_slot()], [replace(near, pinned_to="j"), far], roads)) == {0: 1}


def test_more_slots_than_can_be_matched_jointly_are_served_by_urgency() -> None:
    many = SLOTS_MAX + 1
    slots = [a_slot(4, incident=str(one)) for one in range(many)]
    slots[7] = a_slot(1, incident="7")

    found = decide(a_situation(slots, [a_unit("u")], [[60.0] * many]))

    assert found.pairs == {7: 0}
    assert found.steps == ("greedy",)


def test_the_same_matrix_gives_the_same_pairs() -> None:
    real = np.array([[5, 3], [4, 9]], dtype=np.int64)

    assert optimum(real, np.array([100, 100])) == {0: 1, 1: 0}


def test_who_waits_longest_is_not_left_behind_for_who_came_just_now() -> None:
    old = Slot("old", "engine", 2, 1_500.0, 480.0)
    new = Slot("new", "engine", 2, 10.0, 480.0)
    roads = [[200.0, 200.0]]

    assert match(a_situation([new, old], [a_unit("u")], roads)) == {1: 0}
    urgent = replace(new, priority=1)
    forgotten = replace(old, elapsed_s=1e6)
    assert match(a_situation([urgent, forgotten], [a_unit("u")], roads)) == {0: 0}
