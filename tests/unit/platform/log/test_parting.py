"""A batch that failed is taken apart at the fact that failed, and nothing is left out."""

import pytest

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.parting import each, parted
from beaconfire_platform.log.port import Garbled

A, B, C = (Garbled(LogPosition(1, 0, row), "no fact") for row in (1, 2, 3))
FACTS = [("x", A), ("y", B), ("y", C)]


def test_a_batch_is_one_after_the_other_each_with_its_shard() -> None:
    assert each({"x": [A], "y": [B, C]}) == FACTS


@pytest.mark.parametrize("failed", range(len(FACTS)))
def test_only_the_fact_that_failed_is_alone(failed: int) -> None:
    sound, alone, rest = parted(FACTS, failed)

    assert alone == [FACTS[failed]]
    assert [*sound, *alone, *rest] == FACTS


def test_where_no_fact_failed_each_is_alone() -> None:
    assert parted(FACTS, None) == ((), FACTS, ())
