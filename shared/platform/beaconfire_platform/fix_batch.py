"""Many fixes at once, as columns: ten thousand units a second leave no time for an object a fix."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Self, overload

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)

Moments = NDArray[np.int64]
"""Microseconds since 1970 in UTC: what PostgreSQL keeps of a moment, exactly."""
Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]
"""Places in a batch."""


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a unit was: WGS 84 degrees, accuracy in metres, heading in degrees, when observed."""

    unit_id: str
    lon: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    observed_at: Annotated[datetime, Meta(tz=True)]
    accuracy_m: float | None = None
    heading_deg: float | None = None
    speed_mps: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FixBatch(Sequence[Fix]):
    """Fixes as columns of one length; a member is made into a `Fix` when it is asked for.

    What a unit did not tell is NaN.
    """

    unit_ids: list[str]
    observed_us: Moments
    lon: Numbers
    lat: Numbers
    accuracy_m: Numbers
    heading_deg: Numbers
    speed_mps: Numbers

    @classmethod
    def of(cls, fixes: Iterable[Fix]) -> Self:
        """The columns of single fixes."""
        if isinstance(fixes, cls):
            return fixes
        rows = list(fixes)
        return cls(
            [one.unit_id for one in rows],
            moments(one.observed_at for one in rows),
            np.array([one.lon for one in rows], dtype=float),
            np.array([one.lat for one in rows], dtype=float),
            np.array([one.accuracy_m for one in rows], dtype=float),
            np.array([one.heading_deg for one in rows], dtype=float),
            np.array([one.speed_mps for one in rows], dtype=float),
        )

    @classmethod
    def joined(cls, batches: Sequence["FixBatch"]) -> "FixBatch":
        """Several batches as one, in their order."""
        if len(batches) == 1:
            return batches[0]
        if not batches:
            return cls.of(())
        return cls(
            [unit_id for one in batches for unit_id in one.unit_ids],
            np.concatenate([one.observed_us for one in batches]),
            *(
                np.concatenate([one.columns[place] for one in batches])
                for place in range(len(batches[0].columns))
            ),
        )

    @property
    def columns(self) -> tuple[Numbers, ...]:
        """All that is told of where it was, by which two fixes of one moment differ."""
        return self.lon, self.lat, self.accuracy_m, self.heading_deg, self.speed_mps

    def take(self, rows: Rows | NDArray[np.bool_]) -> "FixBatch":
        """Some of the rows, in the order asked for."""
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        names = self.unit_ids
        return FixBatch(
            [names[row] for row in places.tolist()],
            self.observed_us[places],
            *(column[places] for column in self.columns),
        )

    def __len__(self) -> int:
        return len(self.unit_ids)

    def __iter__(self) -> Iterator[Fix]:
        told = (_told(one) for one in self.columns[2:])
        times = map(moment_at, self.observed_us.tolist())
        return map(Fix, self.unit_ids, self.lon.tolist(), self.lat.tolist(), times, *told)

    @overload
    def __getitem__(self, index: int) -> Fix: ...
    @overload
    def __getitem__(self, index: slice) -> "FixBatch": ...
    def __getitem__(self, index: int | slice) -> "Fix | FixBatch":
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        return next(iter(self.take(np.array([index]))))


def _told(column: Numbers) -> list[float | None]:
    """A column's members; None for what was not told."""
    values: list[float | None] = column.tolist()
    for row in np.flatnonzero(np.isnan(column)).tolist():
        values[row] = None
    return values


def moments(times: Iterable[datetime]) -> Moments:
    """Aware moments as whole microseconds."""
    seconds = np.array([one.timestamp() for one in times], dtype=float)
    return np.rint(seconds * 1e6).astype(np.int64)


def microseconds(at: datetime) -> int:
    """One aware moment as whole microseconds."""
    return (at - EPOCH) // _US


def moment_at(observed_us: int) -> datetime:
    """A number of microseconds as an aware moment in UTC."""
    return EPOCH + timedelta(microseconds=observed_us)
