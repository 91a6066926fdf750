"""A batch of positions: all to history, only the newer to the markers."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from beaconfire_geo.adapters.unwritten_fixes import UnwrittenFixes
from beaconfire_geo.application.record_positions import record_positions
from beaconfire_geo.domain.fixes import FIXES_PER_BATCH_MAX, TooManyFixes
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.newest_fixes import NewestFixes
from beaconfire_testkit.builders import NOON


@dataclass
class Stream:
    """Keeps what was offered."""

    offered: list[Fix] = field(default_factory=list[Fix])

    def publish(self, fixes: FixBatch) -> None:
        self.offered.extend(fixes)


def a_fix(second: int) -> Fix:
    return Fix("a", 174.7, -36.9, NOON + timedelta(seconds=second))


def test_a_late_fix_goes_to_history_and_moves_nothing() -> None:
    newest, unwritten, stream = NewestFixes(), UnwrittenFixes(), Stream()

    moved = [
        record_positions(FixBatch.of([one]), newest=newest, unwritten=unwritten, stream=stream)
        for one in (a_fix(5), a_fix(3))
    ]

    assert moved == [1, 0]
    assert stream.offered == [a_fix(5)]
    assert list(FixBatch.joined(list(unwritten.history))) == [a_fix(5), a_fix(3)]


def test_a_batch_has_a_limit() -> None:
    fixes = FixBatch.of([a_fix(second) for second in range(FIXES_PER_BATCH_MAX + 1)])
    newest = NewestFixes()

    with pytest.raises(TooManyFixes):
        record_positions(fixes, newest=newest, unwritten=UnwrittenFixes(), stream=Stream())
    assert len(newest) == 0
