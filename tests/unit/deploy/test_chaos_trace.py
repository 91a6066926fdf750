"""What took effect is held against what was told: every way in which it can differ is counted."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.trace import Delivery, Fact, Place, Trace, disagreeing, trace_of, trace_of_keys

A, B = ("incident", "a"), ("geo", "b")
TOLD_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLACES: list[Place] = [(*A, 1), (*A, 2), (*A, 3), (*B, 1), (*B, 2)]
RIGHTLY: list[Place] = [(*A, 1), (*B, 1), (*A, 2), (*A, 3), (*B, 2)]


def told(places: Iterable[Place]) -> dict[Place, Fact]:
    return {one: Fact(f"{one}", "t", TOLD_AT) for one in places}


def took(places: Iterable[Place]) -> list[Delivery]:
    return [Delivery(one, f"{one}", TOLD_AT + timedelta(seconds=1)) for one in places]


FACTS = told(PLACES)


@pytest.mark.parametrize(
    ("places", "found"),
    [
        (RIGHTLY, Trace(5, 0, 0, 0)),
        ([], Trace(0, 5, 0, 0)),
        (RIGHTLY[:-1], Trace(4, 1, 0, 0)),
        (RIGHTLY[1:], Trace(4, 1, 0, 0)),
        ([*RIGHTLY, (*B, 2)], Trace(6, 0, 1, 0)),
        ([*RIGHTLY, (*B, 1)], Trace(6, 0, 1, 1)),
        ([(*A, 1), (*B, 2), (*A, 2), (*A, 3), (*B, 1)], Trace(5, 0, 0, 1)),
        ([(*B, 1), (*B, 2), (*A, 1), (*A, 2), (*A, 3)], Trace(5, 0, 0, 0)),
        ([(*A, 1), (*A, 1), (*A, 3), (*A, 2)], Trace(4, 2, 1, 1)),
        ([*RIGHTLY, (*B, 3)], Trace(6, 0, 0, 0, phantom=1)),
        ([*RIGHTLY, ("geo", "nobody", 1)], Trace(6, 0, 0, 0, phantom=1)),
    ],
)
def test_what_differs_is_counted(places: list[Place], found: Trace) -> None:
    assert trace_of(took(places), FACTS) == found


def test_what_another_fact_stands_in_the_place_of_was_never_committed() -> None:
    deliveries = [*took(RIGHTLY[:-1]), Delivery(RIGHTLY[-1], "an id that was rolled back")]

    assert trace_of(deliveries, FACTS) == Trace(5, 0, 0, 0, aborted=1)


def test_what_took_effect_before_it_was_told_was_not_committed_by_then() -> None:
    early = Delivery(RIGHTLY[-1], f"{RIGHTLY[-1]}", TOLD_AT - timedelta(microseconds=1))

    assert trace_of([*took(RIGHTLY[:-1]), early], FACTS) == Trace(5, 0, 0, 0, aborted=1)


def test_only_what_should_have_had_an_effect_can_be_lost() -> None:
    assert trace_of(took([(*A, 1)]), FACTS, [(*A, 1)]) == Trace(1, 0, 0, 0)
    assert trace_of(took([(*A, 1)]), FACTS, [(*A, 1), (*B, 2)]) == Trace(1, 1, 0, 0)


def test_of_things_each_has_one_effect() -> None:
    assert trace_of_keys(["a", "b"], ["b", "a"]) == Trace(2, 0, 0, 0)
    assert trace_of_keys(["a", "b", "c"], ["b", "b", "x"]) == Trace(3, 2, 1, 0, phantom=1)


def test_all_that_differs_is_wrong() -> None:
    assert Trace(9, 1, 2, 3, 4, 5).wrong == 15
    assert Trace(9, 0, 0, 0).wrong == 0


def test_two_who_look_see_one_value_in_one_order_per_stream() -> None:
    one = took(RIGHTLY)
    other_order = took(sorted(RIGHTLY))
    another_value = [*one[:-1], Delivery(one[-1].place, "another")]

    assert disagreeing(one, other_order) == 0
    assert disagreeing(one, another_value) == 1
    assert disagreeing(one, one[:-1]) == 1
    assert disagreeing(one, [*one[1:], one[0]]) == 1
    assert disagreeing(one, []) == 2


@given(data=st.data())
def test_whatever_is_planted_in_a_right_order_is_found(data: st.DataObject) -> None:
    number = data.draw(st.integers(2, 12))
    places: list[Place] = [(*A, version) for version in range(1, number + 1)]
    lost = data.draw(st.sets(st.sampled_from(places), max_size=number - 2))
    left = [one for one in places if one not in lost]
    again = data.draw(st.lists(st.sampled_from(left), max_size=3))
    phantoms = data.draw(st.integers(0, 2))
    swaps = data.draw(st.booleans())
    if swaps:
        left[0], left[-1] = left[-1], left[0]
    some = [copy for one in left for copy in [one] * (1 + again.count(one))]
    some += [("geo", f"of nobody {one}", 1) for one in range(phantoms)]

    assert trace_of(took(some), told(places)) == Trace(
        len(some), len(lost), len(again), int(swaps), phantom=phantoms
    )
