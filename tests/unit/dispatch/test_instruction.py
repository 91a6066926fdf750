"""A desk's word on a unit is one of two."""

from beaconfire_dispatch.domain.instruction import INSTRUCTIONS_MAX, InstructionKind


def test_a_unit_is_kept_or_vetoed() -> None:
    assert {one.value for one in InstructionKind} == {"kept", "vetoed"}


def test_there_may_be_more_words_than_units_in_the_largest_first_hour() -> None:
    assert INSTRUCTIONS_MAX > 24
