"""Which positions came late: from when to when of each unit, until it stands in the database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import numpy as np

from beaconfire_geo.domain.crossings import LATENESS
from beaconfire_geo.domain.late_crossings import Stretch
from beaconfire_platform.fix_batch import FixBatch, Moments

_LATENESS_US: Final = LATENESS // timedelta(microseconds=1)


class LateFixes:
    """What gathers between two writes (迟到定位); a unit has one stretch."""

    def __init__(self) -> None:
        """Nobody was late."""
        self._stretches: dict[str, Stretch] = {}

    def add(
        self,
        fixes: FixBatch,
        newest_us: Moments,
        now_us: int,
        *,
        is_near: Callable[[FixBatch], np.ndarray],
    ) -> None:
        """Keep those that are older than a newer one of their unit, or than now, by the lateness.

        A unit that sends to another process of ours as well has its newer ones there: so by now.
        """
        newer_us = np.maximum(newest_us, now_us)
        late = fixes.observed_us < newer_us - _LATENESS_US
        if not late.any():
            return
        ours = fixes.take(late)
        columns = (ours.observed_us, newer_us[late], is_near(ours))
        rows = zip(ours.unit_ids, *(one.tolist() for one in columns), strict=True)
        for unit_id, at_us, newer, near in rows:
            self._join(unit_id, Stretch(at_us, at_us, newer, near))

    def drain(self) -> dict[str, Stretch]:
        """All that gathered; it counts as written from now on."""
        drained, self._stretches = self._stretches, {}
        return drained

    def put_back(self, drained: dict[str, Stretch]) -> None:
        """What could not be written waits again."""
        for unit_id, stretch in drained.items():
            self._join(unit_id, stretch)

    def _join(self, unit_id: str, stretch: Stretch) -> None:
        self._stretches[unit_id] = self._stretches.get(unit_id, stretch).joined(stretch)
