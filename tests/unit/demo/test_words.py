"""What callers say: the words of the kind, in both languages, the same at every replay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire.demo.city import load_city
from beaconfire.demo.words import words_for


@given(st.text(), st.integers(0, 10**6))
def test_every_caller_says_something_and_again_the_same(kind: str, number: int) -> None:
    assert words_for(kind, number)
    assert words_for(kind, number) == words_for(kind, number)


@pytest.mark.parametrize("kind", ["medical.fall", "fire.structure", "nothing.known"])
def test_every_third_caller_speaks_chinese(kind: str) -> None:
    spoken = [words_for(kind, number).isascii() for number in range(9)]

    assert spoken == [True, True, False] * 3


def test_most_calls_of_the_demo_have_words_of_their_own_kind() -> None:
    kinds = [call.type for call in load_city("auckland").calls()]
    worded = sum(words_for(kind, 0) != words_for("nothing.known", 0) for kind in kinds)

    assert worded > len(kinds) / 2
