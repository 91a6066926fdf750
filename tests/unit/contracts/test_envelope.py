"""Positions in the log have one written form and one order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.envelope import START, LogPosition

BIGINT = st.integers(min_value=0, max_value=2**63 - 1)
POSITIONS = st.builds(LogPosition, st.integers(0, 2**31 - 1), BIGINT, BIGINT)


@given(POSITIONS)
def test_a_position_is_read_as_it_was_written(position: LogPosition) -> None:
    assert LogPosition.parse(position.text()) == position


@given(POSITIONS, POSITIONS)
def test_positions_are_ordered_by_epoch_then_transaction_then_row(
    one: LogPosition, other: LogPosition
) -> None:
    as_numbers = (one.epoch, one.txid, one.row) < (other.epoch, other.txid, other.row)

    assert (one < other) == as_numbers


@given(POSITIONS)
def test_the_start_is_before_everything(position: LogPosition) -> None:
    assert position >= START


@pytest.mark.parametrize("text", ["", "1", "1.2", "1.2.3.4", "a.b.c", "1..3"])
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        LogPosition.parse(text)
