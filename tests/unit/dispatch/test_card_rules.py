"""What a set of run cards must keep: each breach is refused with its place."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.needs import Need
from beaconfire_contracts.refusals import Invalid
from beaconfire_dispatch.domain.card_rules import (
    AlternativeTwice,
    EmptyCard,
    SameCardTwice,
    SameLineTwice,
    StepAsksLess,
    UnknownCapability,
    UnknownCardArea,
    check_cards,
    line_of,
)
from beaconfire_dispatch.domain.run_card import RunCard

KNOWN = frozenset({"engine", "ladder", "medic"})
ENGINE, TWO, LADDER = Need("engine", 1), Need("engine", 2), Need("ladder", 1)
GOOD = RunCard("fire", ((ENGINE,), (TWO, LADDER)))


def refused(*cards: RunCard) -> tuple[type[Invalid], str | None]:
    with pytest.raises(Invalid) as caught:
        check_cards(cards, KNOWN)
    return type(caught.value), caught.value.pointer


def test_a_card_that_grows_step_by_step_is_taken() -> None:
    check_cards((GOOD, RunCard("fire", ((ENGINE,),), "akl")), KNOWN)
    check_cards((RunCard("city", ((),), verify=True),), KNOWN)


@pytest.mark.parametrize(
    ("card", "why", "where"),
    [
        (RunCard("a", ((Need("pump", 1),),)), UnknownCapability, "/steps/0/0/capability"),
        (
            RunCard("a", ((ENGINE, Need("ladder", 1, ("engine", "pump"))),)),
            UnknownCapability,
            "/steps/0/1/alternatives/1",
        ),
        (RunCard("a", ((),)), EmptyCard, ""),
        (RunCard("a", ((TWO,), (ENGINE,))), StepAsksLess, "/steps/1"),
        (RunCard("a", ((TWO, LADDER), (Need("engine", 4),))), StepAsksLess, "/steps/1"),
        (RunCard("a", ((TWO,), (TWO,))), StepAsksLess, "/steps/1"),
        (RunCard("a", ((ENGINE,), (LADDER,))), StepAsksLess, "/steps/1"),
        (RunCard("a", ((ENGINE, TWO),)), SameLineTwice, "/steps/0/1"),
        (
            RunCard("a", ((Need("engine", 1, ("engine",)),),)),
            AlternativeTwice,
            "/steps/0/0/alternatives/0",
        ),
    ],
)
def test_a_bad_card_is_refused_by_its_place(card: RunCard, why: type, where: str) -> None:
    assert refused(GOOD, card) == (why, f"/cards/1{where}")


def test_an_area_that_there_is_not_is_refused_by_its_place() -> None:
    with pytest.raises(UnknownCardArea) as caught:
        check_cards((GOOD, RunCard("fire", ((ENGINE,),), "akl")), KNOWN, {"akl"})
    assert (caught.value.pointer, caught.value.fields) == ("/cards/1/area", {"area": "akl"})


def test_two_cards_for_one_area_and_type_are_refused() -> None:
    assert refused(GOOD, RunCard("fire", ((LADDER,),))) == (SameCardTwice, "/cards/1")


def test_the_same_capability_may_stand_in_a_group_and_beside_it() -> None:
    check_cards((RunCard("a", ((ENGINE, Need("engine", 1, (), "pair")),)),), KNOWN)


LINES = st.dictionaries(
    st.sampled_from(sorted(KNOWN)), st.integers(1, 3), min_size=1, max_size=3
).map(lambda asked: tuple(Need(name, count) for name, count in asked.items()))


@given(st.lists(LINES, min_size=1, max_size=3))
def test_a_card_is_taken_exactly_when_no_line_shrinks_and_each_step_adds(
    steps: list[tuple[Need, ...]],
) -> None:
    counted = [{line_of(one): one.count for one in step} for step in steps]
    grows = all(
        later != before and all(later.get(line, 0) >= count for line, count in before.items())
        for before, later in pairwise(counted)
    )
    card = RunCard("a", tuple(steps))

    if grows:
        check_cards((card,), KNOWN)
    else:
        assert refused(card)[0] is StepAsksLess
