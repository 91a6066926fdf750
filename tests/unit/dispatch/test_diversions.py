"""For one incident no more units are turned round than may be, however many lines it has."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine import matching
from beaconfire_dispatch.domain.engine.counterfactual import instead
from beaconfire_dispatch.domain.engine.diversions import limits_of, surplus, within_limits
from beaconfire_dispatch.domain.engine.explain import advise
from beaconfire_dispatch.domain.engine.groups import MATCHINGS_MAX, Allowance, Found
from beaconfire_dispatch.domain.engine.matching import decide, optimum
from beaconfire_dispatch.domain.engine.pricing import IMPOSSIBLE, costs, unmet_of
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot, UnderWay

ROAD_S = st.integers(0, 900).map(float)


def rolling(name: str, incident: str, answering: int = 3) -> Free:
    return Free(
        name, name, frozenset({"engine"}), 0.0, 10.0, answering=answering,
        under_way=UnderWay(incident, f"order-{name}"),
    )  # fmt: skip


def standing(name: str) -> Free:
    return Free(name, name, frozenset({"engine"}), 0.0, 60.0)


def a_picture(slots: list[Slot], units: list[Free], road_s: list[list[float]]) -> Situation:
    roads = np.array(road_s, dtype=float).reshape(len(units), len(slots))
    return Situation(tuple(slots), tuple(units), roads, "road", np.zeros((len(units), 1)))


def a_fire(lines: int = 3, left: int = 1) -> Situation:
    """A fire of several lines, three crews on their way to less, one free and far away."""
    fire = [Slot("fire", "engine", 1, 0.0, 480.0, diversions_left=left)] * lines
    less = [Slot(f"less{at}", "engine", 3, 0.0, 1200.0, f"u{at}") for at in range(3)]
    units = [*(rolling(f"u{at}", f"less{at}") for at in range(3)), standing("far")]
    near, far = [60.0] * lines + [600.0] * 3, [700.0] * (lines + 3)
    return a_picture([*fire, *less], units, [near, near, near, far])


def turned(situation: Situation, pairs: dict[int, int]) -> Counter[str]:
    """For which incident how many units are turned round, found without the engine's own words."""
    found: Counter[str] = Counter()
    for row, column in pairs.items():
        under_way = situation.units[column].under_way
        if under_way and under_way.incident_id != situation.slots[row].incident_id:
            found[situation.slots[row].incident_id] += 1
    return found


@pytest.mark.parametrize("left", [0, 1, 2, 3])
def test_a_fire_of_three_lines_turns_no_more_crews_round_than_it_may(left: int) -> None:
    situation = a_fire(left=left)

    found = decide(situation)

    assert turned(situation, found.pairs)["fire"] == left
    assert len([row for row in found.pairs if row < 3]) == min(3, left + 1)


def test_the_free_one_goes_beside_it_and_no_crew_is_named_that_may_not_be_had() -> None:
    first, second = advise(a_fire(lines=2))["fire"].options[0].choices

    assert {one.unit_id for one in (first, second)} > {"far"}
    [far] = [one for one in (first, second) if one.unit_id == "far"]
    assert [one["code"] for one in far.reasons] == ["nearest_allowed", "diversion_used"]


def test_the_last_way_turns_nobody_round_where_all_before_it_do() -> None:
    """Whoever may turn nobody round, as a policy's machine, needs a way as well."""
    first, second, third = advise(a_fire(lines=1))["fire"].options
    [far] = third.choices

    assert all(one.choices[0].leaves for one in (first, second))
    assert (far.unit_id, far.leaves) == ("far", None)
    kept = {one["call_sign"] for one in far.reasons if one.get("lost_by") == "turns_nobody"}
    assert kept
    assert all(one.get("lost_by") != "in_another_way" for one in far.reasons)


def a_fire_of_two_lines(*free: Free, drive_s: list[float]) -> Situation:
    """An engine and a ladder; the ladder that is nearest is on its way to something less urgent."""
    fire = [Slot("fire", one, 1, 0.0, 480.0) for one in ("engine", "ladder")]
    less = Slot("less", "ladder", 3, 0.0, 1200.0, "B1")
    crew = replace(rolling("B1", "less"), capabilities=frozenset({"ladder"}))
    return a_picture([*fire, less], [crew, *free], [[60.0] * 3, *([one] * 3 for one in drive_s)])


def engine(name: str) -> Free:
    return replace(standing(name), capabilities=frozenset({"engine"}))


LADDER = replace(standing("C1"), capabilities=frozenset({"ladder"}))


def test_the_way_that_turns_nobody_keeps_the_nearest_free_ones() -> None:
    engines = (engine("F1"), engine("G1"), engine("H1"))
    fire = a_fire_of_two_lines(*engines, LADDER, drive_s=[120.0, 460.0, 760.0, 300.0])

    options = advise(fire)["fire"].options

    sent = [{one.unit_id for one in way.choices} for way in options]
    assert sent == [{"F1", "B1"}, {"G1", "B1"}, {"F1", "C1"}]


def test_a_way_that_turns_nobody_is_there_though_there_is_no_other_second_one() -> None:
    fire = a_fire_of_two_lines(engine("F1"), LADDER, drive_s=[120.0, 300.0])

    options = advise(fire)["fire"].options

    assert [{one.unit_id for one in way.choices} for way in options] == [{"F1", "B1"}, {"F1", "C1"}]


def test_a_way_that_turns_nobody_is_shown_though_it_fills_fewer_lines() -> None:
    fire = a_fire_of_two_lines(engine("F1"), drive_s=[120.0])

    options = advise(fire)["fire"].options

    assert [{one.unit_id for one in way.choices} for way in options] == [{"F1", "B1"}, {"F1"}]


def test_where_nobody_is_free_the_last_way_turns_one_round_as_well() -> None:
    situation = a_fire(lines=1)
    without = replace(situation, units=situation.units[:3], road_s=situation.road_s[:3],
                      posts_s=situation.posts_s[:3])  # fmt: skip

    options = advise(without)["fire"].options

    assert sorted(one.choices[0].unit_id for one in options) == ["u0", "u1", "u2"]


def two_lines_and_a_free_one_far_off(**of_fire: bool | int) -> Situation:
    fire = [replace(Slot("fire", "ambulance", 1, 0.0, 480.0), **of_fire)] * 2
    less = [Slot(f"less{at}", "ambulance", 3, 0.0, 1200.0, f"A{at}") for at in (1, 2)]
    units = [rolling("A1", "less1"), rolling("A2", "less2"), standing("A3")]
    units = [replace(one, capabilities=frozenset({"ambulance"})) for one in units]
    return a_picture([*fire, *less], units, [[50.0] * 4, [60.0] * 4, [1440.0] * 4])


def test_a_far_unit_is_not_called_the_nearest_where_a_nearer_one_may_not_be_turned_round() -> None:
    advice = advise(two_lines_and_a_free_one_far_off())["fire"]

    reasons = {one.unit_id: one.reasons for one in advice.options[0].choices}
    assert set(reasons) == {"A1", "A3"}
    assert reasons["A1"][0]["code"] == "nearest_able"
    assert reasons["A3"][0]["code"] == "nearest_allowed"
    assert {
        "code": "diversion_used", "call_sign": "A2", "closer_by_s": 1430.0,
        "lost_by": "diversion_used",
    } in reasons["A3"]  # fmt: skip
    assert advice.ruled_out == {"diversion_used": 1}
    assert [one.call_sign for one in advice.ruled_out_units["diversion_used"]] == ["A2"]


def test_a_fire_that_may_turn_nobody_round_any_more_names_the_nearest_it_may_not_have() -> None:
    used = two_lines_and_a_free_one_far_off(may_divert=False, diversions_left=0)

    advice = advise(used)["fire"]

    [choice] = advice.options[0].choices
    assert choice.unit_id == "A3"
    assert [one["code"] for one in choice.reasons] == ["nearest_allowed", "diversion_used"]
    assert choice.reasons[1]["call_sign"] == "A1"
    assert advice.ruled_out == {"diversion_used": 2}


def test_a_crew_that_is_coming_already_is_not_said_to_be_kept_from_the_other_line() -> None:
    lines = [Slot("fire", "engine", 1, 0.0, 480.0, held, may_divert=False, diversions_left=0)
             for held in ("u", None)]  # fmt: skip
    units = [rolling("u", "fire", 1), standing("v")]

    advice = advise(a_picture(lines, units, [[60.0] * 2, [600.0] * 2]))["fire"]

    [choice] = advice.options[0].choices
    assert [one["code"] for one in choice.reasons] == ["nearest_able"]
    assert advice.ruled_out == {}


def test_a_fire_that_may_turn_both_round_keeps_back_nobody() -> None:
    advice = advise(two_lines_and_a_free_one_far_off(diversions_left=2))["fire"]

    assert {one.unit_id for one in advice.options[0].choices} == {"A1", "A2"}
    codes = {reason["code"] for one in advice.options[0].choices for reason in one.reasons}
    assert not codes & {"nearest_allowed", "diversion_used"}
    assert advice.ruled_out == {}


@st.composite
def pictures(draw: st.DrawFn) -> Situation:
    """Two incidents of up to three lines, some lines held, units free, rolling here and away."""
    names = draw(st.lists(st.sampled_from("ij"), min_size=1, max_size=4))
    most = {one: draw(st.integers(0, 2)) for one in "ij"}
    urgent = {one: draw(st.integers(1, 3)) for one in "ij"}
    slots = [
        Slot(name, "engine", urgent[name], draw(st.integers(0, 900)) * 1.0, 480.0,
             group=draw(st.sampled_from([None, None, "g"])), diversions_left=most[name],
             may_divert=most[name] > 0)
        for name in names
    ]  # fmt: skip
    units: list[Free] = []
    for at in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["free", "away", "held"]))
        row = draw(st.integers(0, len(slots) - 1))
        if kind == "held" and slots[row].held_by is None:
            slots[row] = replace(slots[row], held_by=f"u{at}", group=None)
            units.append(rolling(f"u{at}", slots[row].incident_id, slots[row].priority))
        else:
            units.append(standing(f"u{at}") if kind == "free" else rolling(f"u{at}", "k"))
    return a_picture(slots, units, [[draw(ROAD_S) for _ in slots] for _ in units])


def ways_of(situation: Situation) -> Iterator[dict[int, int]]:
    """All matchings that break no group and no limit, one by one."""
    prices = costs(situation)
    choices = [
        [None, *np.flatnonzero(prices[row] < IMPOSSIBLE).tolist()]
        for row in range(len(situation.slots))
    ]
    for way in itertools.product(*choices):
        pairs = {row: one for row, one in enumerate(way) if one is not None}
        if len(set(pairs.values())) == len(pairs) and is_allowed(situation, pairs):
            yield pairs


def is_allowed(situation: Situation, pairs: dict[int, int]) -> bool:
    most = {one.incident_id: one.diversions_left for one in situation.slots}
    if any(count > most[name] for name, count in turned(situation, pairs).items()):
        return False
    groups: dict[tuple[str, str], set[bool]] = {}
    for row, slot in enumerate(situation.slots):
        if slot.group is not None:
            groups.setdefault((slot.incident_id, slot.group), set()).add(row in pairs)
    return all(len(one) == 1 for one in groups.values())


def price(situation: Situation, pairs: dict[int, int]) -> int:
    prices, unmet = costs(situation), unmet_of(situation.slots).tolist()
    return sum(
        int(prices[row, pairs[row]]) if row in pairs else unmet[row]
        for row in range(len(situation.slots))
    )


@settings(deadline=None)
@given(pictures())
def test_within_the_limits_it_costs_what_the_best_of_all_ways_costs(situation: Situation) -> None:
    found = decide(situation)

    assert is_allowed(situation, found.pairs)
    assert price(situation, found.pairs) == min(price(situation, way) for way in ways_of(situation))
    assert found.steps == ()


def test_an_engine_that_knows_lines_alone_is_found_out() -> None:
    """The planted fault: what was decided before limits were asked for."""
    situation = a_fire()

    without = optimum(costs(situation), unmet_of(situation.slots))

    assert turned(situation, without)["fire"] == 3
    assert not is_allowed(situation, without)


def test_who_gains_most_by_it_keeps_the_diversion() -> None:
    limits, pairs = limits_of(a_fire()), {0: 0, 1: 1, 2: 2}
    gains = {0: -5, 1: -9, 2: -7}

    assert surplus(limits, pairs, lambda rows: [gains[row] for row in rows]) == {0, 2}
    assert surplus(limits, {1: 1}, lambda rows: [gains[row] for row in rows]) == frozenset()


def test_where_nobody_is_under_way_there_is_no_limit() -> None:
    slots = [Slot("i", "engine", 1, 0.0, 480.0)] * 2
    situation = a_picture(slots, [standing("a")], [[1.0, 1.0]])

    assert limits_of(situation).limits == ()


def test_a_search_that_has_to_end_says_so_and_keeps_to_the_limits() -> None:
    situation = a_fire()
    real, unmet = costs(situation), unmet_of(situation.slots)
    asked: list[int] = []

    def never_sure(some: np.ndarray) -> Found:
        asked.append(1)
        return Found(optimum(some, unmet), is_optimal=False)

    found = within_limits(
        real, unmet, limits_of(situation), never_sure, allowance=Allowance.for_pairs(real.size)
    )

    assert not found.is_optimal
    assert is_allowed(situation, found.pairs)
    assert len(asked) > 2


def three_fires() -> Situation:
    """Three fires, each of two engines together and two more; twenty crews on their way to less."""
    drawn = np.random.default_rng(0)
    slots = [
        Slot(f"fire{at}", "engine", 1, 0.0, 480.0, group="g" if line < 2 else None)
        for at in range(3) for line in range(4)
    ]  # fmt: skip
    slots += [Slot(f"less{at}", "engine", 3, 0.0, 1200.0, f"u{at}") for at in range(20)]
    fires, less, units = (drawn.random((many, 2)) * 3_000 for many in (3, 20, 20))
    goals = [*np.repeat(fires, 4, axis=0), *less]
    road_s = [[float(np.hypot(*(one - goal)).round()) for goal in goals] for one in units]
    return a_picture(slots, [rolling(f"u{at}", f"less{at}") for at in range(20)], road_s)


def test_searches_within_searches_share_what_a_decision_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    situation, asked = three_fires(), list[int]()

    def counted(real: np.ndarray, unmet: np.ndarray) -> dict[int, int]:
        asked.append(1)
        return optimum(real, unmet)

    monkeypatch.setattr(matching, "optimum", counted)

    found = decide(situation)
    of_one = len(asked)
    advice = advise(situation)
    of_all = len(asked) - of_one

    assert is_allowed(situation, found.pairs)
    assert 20 < of_one <= 2 * MATCHINGS_MAX
    # some two ways and a closer unit for each proposed one: none of these is searched for
    ways = sum(2 + 3 * len(one.options[0].choices) for one in advice.values() if one.options)
    assert of_all <= 2 * MATCHINGS_MAX + 20 * ways


def test_what_would_have_to_be_searched_for_is_said_of_no_closer_unit() -> None:
    situation = a_fire(lines=2)
    pairs = decide(situation).pairs
    [free] = [row for row, column in pairs.items() if column == 3]
    other = next(column for column in range(3) if column not in (pairs[0], pairs[1]))

    told = instead(
        situation, costs(situation), pairs, (free, other),
        lambda prices: decide(situation, prices, is_searched=False),
    )  # fmt: skip
    assert told == {}


@pytest.mark.parametrize(("rounds", "filled"), [(1, 1), (3, 2)])
def test_a_picture_too_large_to_be_priced_at_once_keeps_to_them_too(
    monkeypatch: pytest.MonkeyPatch, rounds: int, filled: int
) -> None:
    monkeypatch.setattr(matching, "PAIRS_MAX", 1)
    monkeypatch.setattr(matching, "AGAIN_MAX", rounds)
    situation = a_fire()

    found = decide(situation)

    assert turned(situation, found.pairs)["fire"] == 1
    assert len([row for row in found.pairs if row < 3]) == filled
