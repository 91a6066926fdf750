"""Which positions came late: from when to when of each unit, until it stands in the database."""

from datetime import timedelta
from typing import Final

import numpy as np

from beaconfire_geo.domain.crossings import LATENESS
from beaconfire_platform.fix_batch import FixBatch, Moments

_LATENESS_US: Final = LATENESS // timedelta(microseconds=1)

Stretch = tuple[int, int]
"""From when to when, in microseconds since 1970."""


class LateFixes:
    """What gathers between two writes (迟到定位); a unit has one stretch."""

    def __init__(self) -> None:
        """Nobody was late."""
        self._stretches: dict[str, Stretch] = {}

    def add(self, fixes: FixBatch, newest_us: Moments, now_us: int) -> None:
        """Keep those that are older than a newer one of their unit, or than now, by the lateness.

        A unit that sends to another process of ours as well has its newer ones there: so by now.
        """
        horizon = np.maximum(newest_us, now_us) - _LATENESS_US
        for row in np.flatnonzero(fixes.observed_us < horizon).tolist():
            at = int(fixes.observed_us[row])
            self._join(fixes.unit_ids[row], (at, at))

    def drain(self) -> dict[str, Stretch]:
        """All that gathered; it counts as written from now on."""
        drained, self._stretches = self._stretches, {}
        return drained

    def put_back(self, drained: dict[str, Stretch]) -> None:
        """What could not be written waits again."""
        for unit_id, stretch in drained.items():
            self._join(unit_id, stretch)

    def _join(self, unit_id: str, stretch: Stretch) -> None:
        held = self._stretches.get(unit_id, stretch)
        self._stretches[unit_id] = min(held[0], stretch[0]), max(held[1], stretch[1])
