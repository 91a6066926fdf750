"""A batch of positions: all to history, only the newer to the markers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from beaconfire_geo.application.record_positions import record_positions
from beaconfire_geo.domain.fixes import FIXES_PER_BATCH_MAX, LastFixes, TooManyFixes
from beaconfire_platform.positions import Fix
from beaconfire_testkit.builders import NOON


@dataclass
class Stream:
    """Keeps what was offered."""

    offered: list[Fix] = field(default_factory=list)

    def publish(self, fixes: Sequence[Fix]) -> None:
        self.offered.extend(fixes)


def a_fix(second: int) -> Fix:
    return Fix("a", 174.7, -36.9, NOON + timedelta(seconds=second))


def test_a_late_fix_goes_to_history_and_moves_nothing() -> None:
    last: LastFixes[Fix] = LastFixes()
    history: list[Fix] = []
    stream = Stream()

    moved = [
        record_positions([one], last=last, history=history, stream=stream, latest=NOON)
        for one in (a_fix(5), a_fix(3))
    ]

    assert moved == [1, 0]
    assert stream.offered == [a_fix(5)]
    assert history == [a_fix(5), a_fix(3)]


def test_a_batch_has_a_limit() -> None:
    fixes = [a_fix(second) for second in range(FIXES_PER_BATCH_MAX + 1)]
    last: LastFixes[Fix] = LastFixes()

    with pytest.raises(TooManyFixes):
        record_positions(fixes, last=last, history=[], stream=Stream(), latest=NOON)
    assert last.held == {}
