"""A desk's word on a unit is one of two."""

from beaconfire_dispatch.domain.instruction import (
    INSTRUCTIONS_MAX,
    InstructionKind,
    InstructionReason,
)


def test_a_unit_is_kept_or_vetoed() -> None:
    assert {one.value for one in InstructionKind} == {"kept", "vetoed"}


def test_there_may_be_more_words_than_units_in_the_largest_first_hour() -> None:
    assert INSTRUCTIONS_MAX > 24


def test_each_reason_is_a_word_that_fits_on_a_button() -> None:
    assert all(len(one.value) <= 12 and " " not in one.value for one in InstructionReason)
