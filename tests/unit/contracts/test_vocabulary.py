"""The words of the field: spelled once, in one style, each with its Chinese."""

import re
from enum import Enum, StrEnum

import pytest

from beaconfire_contracts import vocabulary
from beaconfire_contracts.vocabulary import Priority

LISTS = [
    one
    for one in vars(vocabulary).values()
    if isinstance(one, type) and issubclass(one, Enum) and one.__module__ == vocabulary.__name__
]


@pytest.mark.parametrize("words", [one for one in LISTS if issubclass(one, StrEnum)])
def test_a_word_is_spelled_alike_in_code_and_on_the_wire(words: type[StrEnum]) -> None:
    for word in words:
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", word.value)
        assert word.name.lower().endswith(word.value)


@pytest.mark.parametrize("words", LISTS)
def test_a_list_of_words_has_its_chinese_name(words: type[Enum]) -> None:
    assert re.search(r"[\u4e00-\u9fff]", words.__doc__ or "")


def test_the_highest_priority_is_one() -> None:
    assert min(Priority) is Priority.P1
    assert [int(one) for one in Priority] == [1, 2, 3, 4]
