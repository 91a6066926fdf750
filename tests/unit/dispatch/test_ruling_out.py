"""Each unit that is not considered is counted once, by the first reason that holds."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine.commanding import Command
from beaconfire_dispatch.domain.engine.pricing import FAR_S, IMPOSSIBLE, costs, step_of
from beaconfire_dispatch.domain.engine.ruling_out import (
    NAMED_MAX,
    by_reason,
    nearest_few,
    nearest_of,
    ruled_out,
)
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

NAMES = ("u0", "u1", "u2")
UNIT = st.builds(
    lambda skills, answering, bound, kept: (skills, answering, bound, kept),
    st.frozensets(st.sampled_from("ab"), min_size=1),
    st.sampled_from([None, 1, 3]),
    st.booleans(),
    st.sampled_from([None, "i", "j"]),
)
SLOT = st.builds(
    Slot,
    st.just("i"),
    st.sampled_from("ab"),
    st.sampled_from([1, 3]),
    st.just(0.0),
    st.just(480.0),
    st.sampled_from([None, "u0"]),
    st.booleans(),
    vetoed=st.frozensets(st.sampled_from(NAMES), max_size=2),
)


@given(st.data(), st.lists(SLOT, min_size=1, max_size=2))
def test_whoever_is_ruled_out_could_fill_no_slot_and_whoever_is_not_could_fill_one(
    data: st.DataObject, slots: list[Slot]
) -> None:
    told = data.draw(st.lists(UNIT, min_size=1, max_size=3))
    units = [
        Free(name, name, skills, 0.0, 10.0, answering, bound, pinned_to=kept)
        for name, (skills, answering, bound, kept) in zip(NAMES, told, strict=False)
    ]
    seconds = st.sampled_from([60.0, FAR_S])
    road_s = [[data.draw(seconds) for _ in slots] for _ in units]
    situation = Situation(
        tuple(slots), tuple(units), np.array(road_s), "road", np.zeros((len(units), 1))
    )

    found = ruled_out(situation, range(len(slots)))

    nobody = (costs(situation) >= IMPOSSIBLE).all(axis=0)
    assert sum(found.values()) <= len(units)
    assert sum(found.values()) <= int(nobody.sum())
    lacking = sum(all(step_of(slot, unit) < 0 for slot in slots) for unit in units)
    assert found.get("capability", 0) == lacking


def test_the_nearest_of_each_reason_are_named_and_all_are_counted() -> None:
    units = tuple(Free(f"u{at}", f"U{at}", frozenset("b"), 0.0, 10.0) for at in range(6))
    far = Free("v", "V", frozenset("a"), 0.0, 10.0)
    road_s = np.array([[600.0 - 100 * at] for at in range(6)] + [[FAR_S]])
    slots = (Slot("i", "a", 1, 0.0, 480.0),)
    situation = Situation(slots, (*units, far), road_s, "road", np.zeros((7, 0)))

    named = nearest_of(situation, 0, by_reason(situation, [0]))

    assert [one.call_sign for one in named["capability"]] == ["U5", "U4", "U3"][:NAMED_MAX]
    assert [one.unit_id for one in named["too_far"]] == ["v"]
    assert ruled_out(situation, [0]) == {"capability": 6, "too_far": 1}


def test_units_of_another_body_are_counted_and_not_named() -> None:
    units = tuple(
        Free(name, name, frozenset(name[0]), 0.0, 10.0, body=body)
        for name, body in (("a1", "theirs"), ("b1", "theirs"), ("b2", "ours"))
    )
    slots = (Slot("i", "a", 1, 0.0, 480.0, command=Command("ours")),)
    situation = Situation(slots, units, np.full((3, 1), 60.0), "road", np.zeros((3, 0)))

    named = nearest_of(situation, 0, by_reason(situation, [0]))

    assert ruled_out(situation, [0]) == {"capability": 2, "not_ours": 1}
    assert {reason: [one.unit_id for one in some] for reason, some in named.items()} == {
        "capability": ["b2"]
    }


def test_a_crew_under_way_stands_by_what_keeps_it_there_and_by_urgency_only_where_it_is_so() -> (
    None
):
    units = tuple(
        Free(name, name, frozenset("a"), 0.0, 10.0, answering, bound)
        for name, answering, bound in (("urgent", 1, True), ("bound", 3, True), ("had", 3, False),
                                       ("far", 3, False))
    )  # fmt: skip
    slot, road_s = Slot("i", "a", 2, 0.0, 480.0), np.array([[60.0], [60.0], [60.0], [FAR_S]])

    def reasons(may_divert: bool) -> dict[str, list[str]]:
        slots = (replace(slot, may_divert=may_divert),)
        situation = Situation(slots, units, road_s, "road", np.zeros((4, 0)))
        found = by_reason(situation, [0]).items()
        return {reason: [units[at].unit_id for at in some] for reason, some in found}

    always = {"answers_more_urgent": ["urgent"], "bound": ["bound"], "too_far": ["far"]}
    assert reasons(may_divert=True) == always
    assert reasons(may_divert=False) == always | {"diversion_used": ["had"]}


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0])), st.integers(1, 4))
def test_the_nearest_few_are_the_first_of_all_in_order(apart: list[float], most: int) -> None:
    found = nearest_few(np.array(apart), most).tolist()

    assert found == sorted(range(len(apart)), key=lambda at: (apart[at], at))[:most]
