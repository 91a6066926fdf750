"""Cards derived from what was sent say, for each place and kind, what was sent most often."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from beaconfire.bench.call_records import RecordedCall, SentUnit
from beaconfire.bench.derived_cards import (
    AT_ONCE,
    SUPPORTS,
    asked,
    at_once,
    choose_support,
    derive,
    sent_of,
)

BEGAN = datetime(2009, 1, 10, 12, 0)  # noqa: DTZ001  (a city's own clock)
KINDS = ("engine", "truck", "medic")


def a_call(
    *kinds: str,
    path: str = "b5.s21.x",
    alarms: int = 1,
    later: tuple[str, ...] = (),
    at: datetime = BEGAN,
) -> RecordedCall:
    units = [SentUnit(f"U{nth}", kind, at, {}) for nth, kind in enumerate(kinds)]
    after = at + AT_ONCE + timedelta(seconds=1)
    units += [SentUnit(f"V{nth}", kind, after, {}) for nth, kind in enumerate(later)]
    return RecordedCall(f"{at.isoformat()}{path}{kinds}", "fire", path, at, alarms, units)


def test_an_area_has_a_card_of_its_own_where_it_differs_often_enough() -> None:
    usual = [a_call("engine")] * 5
    other = [a_call("engine", "truck", path="b5.s10.y")] * 3

    cards = derive([*usual, *other], 3)
    plain = derive([*usual, *other], 4)

    assert set(cards.by_key) == {(None, "fire"), ("b5.s10", "fire")}
    assert asked(cards, other[0], 1) == (("engine", 1), ("truck", 1))
    assert asked(cards, a_call("medic", path="b5.s99.z"), 1) == (("engine", 1),)
    assert set(plain.by_key) == {(None, "fire")}


def test_who_was_sent_later_is_no_part_of_the_first_order() -> None:
    call = a_call("engine", "engine", later=("truck",))

    assert at_once(call) == (("engine", 2),)
    assert sent_of(call.sent) == (("engine", 2), ("truck", 1))


def test_what_a_second_level_was_sent_is_the_second_step() -> None:
    struck = a_call("engine", alarms=2, later=("engine", "truck"))

    cards = derive([a_call("engine"), struck], 1)

    assert asked(cards, struck, 1) == (("engine", 1),)
    assert asked(cards, struck, 2) == (("engine", 2), ("truck", 1))
    assert asked(cards, struck, 3) is None


def test_a_second_level_that_was_sent_less_is_no_step() -> None:
    odd = a_call("truck", alarms=2)

    cards = derive([a_call("engine", "medic"), a_call("engine", "medic"), odd], 9)

    assert asked(cards, odd, 2) is None


def test_how_many_calls_make_a_card_is_learnt_from_the_last_of_the_years() -> None:
    year = timedelta(days=366)
    steady = [
        a_call(*(["engine"] if place else ["engine", "truck"]), path=f"b5.s{place}.x", at=at)
        for at in (BEGAN, BEGAN + year)
        for place in range(4)
    ]

    assert choose_support(steady) == 1
    assert choose_support(steady[:4]) == SUPPORTS[-1]


@given(
    st.lists(
        st.builds(
            lambda kinds, later, path, alarms: a_call(
                *kinds, later=tuple(later), path=path, alarms=alarms
            ),
            st.lists(st.sampled_from(KINDS), min_size=1, max_size=4),
            st.lists(st.sampled_from(KINDS), max_size=3),
            st.sampled_from(["b5.s1.x", "b5.s1.y", "b5.s2.x", "b7.s3.x"]),
            st.integers(1, 3),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(SUPPORTS),
)
def test_whatever_was_sent_the_cards_keep_their_rules_and_know_every_call(
    calls: list[RecordedCall], support: int
) -> None:
    cards = derive(calls, support)

    assert all(asked(cards, call, 1) for call in calls)
    assert (None, "fire") in cards.by_key
