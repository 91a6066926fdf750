"""The newest fix of each unit, as columns: whatever comes late or twice moves no marker back."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from beaconfire_platform.fix_batch import Fix, FixBatch, Moments, Rows

N = TypeVar("N", bound=np.generic)
FIRST_UNITS: Final = 256
"""Room for the units of a town; it doubles when there are more."""


class NewestFixes:
    """One row a unit; the newest by observation wins, and of one moment always the same one."""

    def __init__(self) -> None:
        """Nothing was seen of anybody."""
        self._rows: dict[str, int] = {}
        self._observed_us = np.full(FIRST_UNITS, np.iinfo(np.int64).min)
        self._columns = [np.full(FIRST_UNITS, np.nan) for _ in range(5)]

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, unit_id: str) -> bool:
        return unit_id in self._rows

    @property
    def unit_ids(self) -> Iterable[str]:
        """All whose position is known."""
        return self._rows.keys()

    def take_in(self, batch: FixBatch) -> FixBatch:
        """Take a batch in; returns the fixes that moved their unit, one of each unit."""
        if not len(batch):
            return batch
        rows = self._rows_for(batch.unit_ids)
        newest = _newest_of(rows, batch)
        moves = newest[self._beats(batch, newest, rows[newest])]
        into = rows[moves]
        self._observed_us[into] = batch.observed_us[moves]
        for held, told in zip(self._columns, batch.columns, strict=True):
            held[into] = told[moves]
        return batch.take(moves)

    def get(self, unit_id: str) -> Fix | None:
        """The newest fix of one unit."""
        return None if unit_id not in self._rows else self.of([unit_id])[0]

    def place(self, unit_id: str) -> tuple[float, float] | None:
        """Longitude and latitude of one unit."""
        row = self._rows.get(unit_id)
        return None if row is None else (float(self._columns[0][row]), float(self._columns[1][row]))

    def of(self, unit_ids: Sequence[str]) -> FixBatch:
        """The newest fixes of units that are known."""
        names = list(unit_ids)
        rows = np.array([self._rows[one] for one in names], dtype=np.intp)
        return FixBatch(names, self._observed_us[rows], *(one[rows] for one in self._columns))

    def observed_us(self, unit_ids: Sequence[str]) -> Moments:
        """When the newest fix of each, all of whom are known, was observed."""
        rows = np.array([self._rows[one] for one in unit_ids], dtype=np.intp)
        return self._observed_us[rows]

    def all(self) -> FixBatch:
        """The newest fix of everybody."""
        return self.of(list(self._rows))

    def _rows_for(self, unit_ids: list[str]) -> Rows:
        known = self._rows
        rows = np.array([known.setdefault(one, len(known)) for one in unit_ids], dtype=np.intp)
        while len(known) > len(self._observed_us):
            self._observed_us = _doubled(self._observed_us, np.iinfo(np.int64).min)
            self._columns = [_doubled(one, np.nan) for one in self._columns]
        return rows

    def _beats(self, batch: FixBatch, of_batch: Rows, held: Rows) -> NDArray[np.bool_]:
        """Where the batch's fix is newer, or of one moment and the greater by what it tells."""
        ours, theirs = self._observed_us[held], batch.observed_us[of_batch]
        beats, tied = theirs > ours, theirs == ours
        if not tied.any():
            return beats
        for mine, told in zip(self._columns, batch.columns, strict=True):
            here, there = _ordered(mine[held]), _ordered(told[of_batch])
            beats |= tied & (there > here)
            tied &= there == here
        return beats


def _newest_of(rows: Rows, batch: FixBatch) -> Rows:
    """The place of each unit's newest fix in a batch."""
    if len(set(batch.unit_ids)) == len(rows):
        return np.arange(len(rows))
    told = [_ordered(one) for one in reversed(batch.columns)]
    order = np.lexsort((*told, batch.observed_us, rows))
    is_last = np.append(np.diff(rows[order]) != 0, True)
    return order[is_last]


def _ordered(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """What was not told is less than whatever was."""
    return np.nan_to_num(column, nan=-np.inf)


def _doubled(column: NDArray[N], empty: float) -> NDArray[N]:
    grown = np.full(2 * len(column), empty, dtype=column.dtype)
    grown[: len(column)] = column
    return grown
