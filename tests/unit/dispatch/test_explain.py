"""Every proposal says why: parts of its time, who else there was, what is short or covered."""

import numpy as np
import pytest

from beaconfire_contracts.needs import Need
from beaconfire_dispatch.domain.engine import matching
from beaconfire_dispatch.domain.engine.allotment import WEIGHED_MAX
from beaconfire_dispatch.domain.engine.explain import (
    OPTIONS_MAX,
    REASONS_LATER,
    advise,
    cover,
    propose,
)
from beaconfire_dispatch.domain.engine.matching import decide, optimum
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

POSTS = 2


def a_unit(name: str, *capabilities: str) -> Free:
    return Free(name, name.upper(), frozenset(capabilities), 0.0, 60.0)


def a_slot(incident: str = "i", capability: str = "engine", priority: int = 1) -> Slot:
    return Slot(incident, capability, priority, 0.0, 480.0)


def a_situation(
    slots: list[Slot],
    units: list[Free],
    road_s: list[list[float]],
    posts_s: list[list[float]] | None = None,
) -> Situation:
    posts = np.zeros((len(units), POSTS)) if posts_s is None else np.array(posts_s, dtype=float)
    roads = np.array(road_s, dtype=float).reshape(len(units), len(slots))
    return Situation(tuple(slots), tuple(units), roads, "road", posts)


def test_the_nearest_able_unit_is_chosen_and_says_so() -> None:
    units = [a_unit("near", "engine"), a_unit("far", "engine")]

    advice = advise(a_situation([a_slot()], units, [[100], [300]]))["i"]

    [choice] = advice.options[0].choices
    assert (choice.unit_id, choice.travel_time_s) == ("near", 160.0)
    assert choice.parts == {"mobilise_s": 60.0, "road_s": 100.0}
    nearest, considered = choice.reasons
    assert (nearest["code"], nearest["method"]) == ("nearest_able", "road")
    assert (considered["code"], considered["call_sign"]) == ("considered", "FAR")
    assert considered["later_by_s"] == 200.0
    assert considered["dearer_by"] > 0


def test_whoever_is_left_for_somebody_else_is_named_with_the_seconds_it_costs() -> None:
    units = [a_unit("both", "engine", "ladder"), a_unit("plain", "engine")]
    slots = [a_slot("i"), a_slot("j", "ladder")]

    advice = advise(a_situation(slots, units, [[60, 60], [100, 100]]))["i"]

    [choice] = advice.options[0].choices
    codes = {one["code"]: one for one in choice.reasons}
    assert choice.unit_id == "plain"
    assert codes["closer_needed_elsewhere"]["call_sign"] == "BOTH"
    assert codes["closer_needed_elsewhere"]["closer_by_s"] == 40.0
    assert "joint_optimum" in codes


def test_other_ways_are_named_as_long_as_they_leave_nothing_more_open() -> None:
    three = [a_unit(one, "engine") for one in "abc"]
    slots = [a_slot(), a_slot()]

    ways = advise(a_situation(slots, three, [[60, 60], [90, 90], [120, 120]]))["i"].options
    alone = advise(a_situation(slots, three[:2], [[60, 60], [90, 90]]))["i"].options

    assert [{one.unit_id for one in way.choices} for way in ways] == [{"a", "b"}, {"b", "c"}]
    assert len(alone) == 1


def test_what_nobody_can_do_is_short_and_who_was_ruled_out_is_counted() -> None:
    units = [a_unit("wrong", "ladder"), a_unit("far", "engine")]

    advice = advise(a_situation([a_slot(), a_slot()], units, [[60, 60], [9000, 9000]]))["i"]

    assert advice.options == ()
    assert advice.short == (Need("engine", 2),)
    assert advice.ruled_out == {"capability": 1, "too_far": 1}
    named = {reason: [one.call_sign for one in some]
             for reason, some in advice.ruled_out_units.items()}  # fmt: skip
    assert named == {"capability": ["WRONG"], "too_far": ["FAR"]}


def test_each_incident_has_its_advice_and_no_unit_stands_in_two() -> None:
    units = [a_unit(one, "engine") for one in "ab"]
    slots = [a_slot("i"), a_slot("j"), a_slot("k", priority=4)]

    found = advise(a_situation(slots, units, [[60, 70, 1], [70, 60, 1]]))

    best = {
        name: [one.unit_id for option in advice.options[:1] for one in option.choices]
        for name, advice in found.items()
    }
    assert best == {"i": ["a"], "j": ["b"], "k": []}
    assert found["k"].short == (Need("engine", 1),)


def test_what_is_proposed_is_the_first_way_of_what_is_advised() -> None:
    units = [a_unit(one, "engine") for one in "abc"]
    slots = [a_slot("i"), a_slot("j"), a_slot("j", "ladder")]
    situation = a_situation(slots, units, [[60, 70, 1], [70, 60, 1], [80, 80, 1]])

    advice = advise(situation)

    assert propose(situation) == {name: one.proposal for name, one in advice.items()}
    assert advise(situation, {"j"}) == {"j": advice["j"]}


def test_cover_counts_the_posts_that_somebody_left_reaches_in_eight_minutes() -> None:
    units = [a_unit("a", "engine"), a_unit("b", "engine")]
    situation = a_situation([], units, [[], []], [[0, 600], [600, 420]])

    assert cover(situation, "engine") == 1.0
    assert cover(situation, "engine", without={"a"}) == 0.5
    assert cover(situation, "engine", without={"a", "b"}) == 0.0
    assert cover(situation, "ladder") == 0.0


def test_without_stations_there_is_nothing_to_cover() -> None:
    situation = a_situation([], [a_unit("a", "engine")], [[]], [[]])

    assert cover(situation, "engine") == 0.0


def a_rush(incidents: int, units: int) -> Situation:
    """So many incidents at once, the later ones more urgent, among units at random places."""
    chance = np.random.default_rng(7)
    roads = chance.uniform(30, 1_800, (units, incidents)).tolist()
    slots = [
        a_slot(f"i{nth:03}", priority=1 if nth >= incidents // 2 else 3) for nth in range(incidents)
    ]
    return a_situation(slots, [a_unit(f"u{nth:03}", "engine") for nth in range(units)], roads)


def test_in_a_rush_everybody_is_proposed_and_the_most_urgent_are_explained_first() -> None:
    situation = a_rush(incidents=100, units=200)

    with_all = advise(situation)

    assert {name: one.proposal for name, one in with_all.items()} == propose(situation)
    said = list(with_all.values())
    assert [situation.slots[int(one.incident_id[1:])].priority for one in said] == [1] * 50 + [
        3
    ] * 50
    assert all(REASONS_LATER not in one.steps for one in said[:10])
    assert len(said[0].options) == OPTIONS_MAX
    cut = [one for one in said[50:] if REASONS_LATER in one.steps]
    assert cut, "no rush: this test proves nothing"
    assert all(len(one.options) == 1 and one.options[0].choices[0].parts for one in cut)
    # asked for alone each of them is explained in full
    alone = advise(situation, {cut[-1].incident_id})[cut[-1].incident_id]
    assert REASONS_LATER not in alone.steps
    assert alone.proposal == cut[-1].proposal
    assert len(alone.options) > 1


def test_explaining_weighs_no_more_than_is_allotted(monkeypatch: pytest.MonkeyPatch) -> None:
    situation, weighed = a_rush(incidents=100, units=200), list[int]()

    def counted(real: np.ndarray, unmet: np.ndarray) -> dict[int, int]:
        weighed.append(real.size)
        return optimum(real, unmet)

    monkeypatch.setattr(matching, "optimum", counted)
    decide(situation)
    of_one = sum(weighed)
    advise(situation)

    assert WEIGHED_MAX <= sum(weighed) - 2 * of_one <= WEIGHED_MAX + of_one


@pytest.mark.parametrize("slots", [[], [a_slot()]])
def test_without_units_nothing_is_proposed(slots: list[Slot]) -> None:
    found = advise(a_situation(slots, [], []))

    assert [one.options for one in found.values()] == [() for _ in slots]
