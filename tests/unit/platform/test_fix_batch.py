"""Fixes as columns: what goes in comes out, one by one, in parts and joined."""

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_platform.fix_batch import Fix, FixBatch, microseconds, moment_at

MOMENTS = st.integers(0, 4 * 10**15).map(moment_at)
MAYBE = st.none() | st.floats(0, 300)
FIXES = st.lists(
    st.builds(Fix, st.sampled_from("ab"), st.floats(-180, 180), st.floats(-90, 90), MOMENTS, MAYBE,
              MAYBE, MAYBE),
    max_size=9,
)  # fmt: skip


@given(FIXES, st.integers(0, 9))
def test_what_goes_in_comes_out(fixes: list[Fix], cut: int) -> None:
    batch = FixBatch.of(fixes)

    assert list(batch) == fixes
    assert [batch[row] for row in range(len(batch))] == fixes
    assert list(FixBatch.joined([batch[:cut], batch[cut:]])) == fixes
    assert list(batch.take(np.zeros(len(batch), dtype=bool))) == []


def test_a_moment_is_whole_microseconds() -> None:
    moment = datetime(2026, 11, 24, 12, 0, 0, 123_457, tzinfo=UTC)

    assert moment_at(microseconds(moment)) == moment
    assert moment_at(microseconds(moment) + 1) - moment == timedelta(microseconds=1)
