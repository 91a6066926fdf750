"""Positions of many units that are not settled yet, as columns: whose of them cross anything.

Ten thousand units that stay where they are cost arithmetic over columns; only who crosses an edge,
or is to be warned, is looked at position by position (`crossings.py`), and by the same rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from beaconfire_geo.domain.crossings import (
    ACCURACY_M_WORST,
    LATENESS,
    WRITING,
    FenceTime,
    UnitTrack,
    Visit,
    sides,
)

NEVER_US: Final = np.iinfo(np.int64).min
"""Before any moment that a position may tell."""
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_US: Final = timedelta(microseconds=1)
_AWAY, _ENTERED, _WARNED = 0, 1, 2

Outside = Mapping[str, Any]
"""Of each zone how many metres outside each position lies; infinite where it is nowhere near."""


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """Positions as columns: whose (its place among units), when, when heard of, where (定位列)."""

    unit: Any
    observed_us: Any
    received_us: Any
    lon: Any
    lat: Any
    accuracy_m: Any

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def is_sharp(self) -> Any:
        """Which are certain enough to say anything of an edge."""
        return ~(self.accuracy_m > ACCURACY_M_WORST)

    def take(self, rows: Any) -> "Sightings":
        """Some of them."""
        return Sightings(
            self.unit[rows], self.observed_us[rows], self.received_us[rows], self.lon[rows],
            self.lat[rows], self.accuracy_m[rows],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """Unit by unit: whether it is to be looked at, now or later, and settled up to when (判定)."""

    acts: Any
    is_pending: Any
    settled_us: Any


def newest_of(fixes: Sightings, units: int) -> Any:
    """The row of each unit's newest position, -1 where it has none; of one moment the last row."""
    order = np.argsort(fixes.observed_us, kind="stable")
    rows = np.full(units, -1)
    rows[fixes.unit[order]] = order
    return rows


def judge(
    fixes: Sightings,
    outside: Outside,
    tracks: Sequence[UnitTrack],
    fences: Mapping[str, FenceTime],
    *,
    wall_now: datetime,
) -> Verdict:
    """Who crosses an edge by what is settled now, and who by what may still be overtaken."""
    until = settled_until(fixes, tracks, wall_now)
    crosses = np.zeros(len(fixes), dtype=bool)
    for zone_id, outside_m in outside.items():
        stays = np.array([_stay(one.visit(zone_id)) for one in tracks])[fixes.unit]
        is_in, is_out = sides(outside_m)
        crosses |= np.select(
            [stays == _AWAY, stays == _ENTERED], [is_in, is_out], default=is_in | is_out
        )
    crosses &= fixes.is_sharp
    is_settled = fixes.observed_us <= until[fixes.unit]
    acts = _units_of(fixes.unit[crosses & is_settled], len(tracks))
    acts |= [any(visit.zone_id not in fences for visit in one.visits) for one in tracks]
    return Verdict(acts, _units_of(fixes.unit[crosses & ~is_settled], len(tracks)), until)


def to_warn(
    newest: Sightings,
    outside: Outside,
    tracks: Sequence[UnitTrack],
    fences: Mapping[str, FenceTime],
) -> Any:
    """Who is in a zone by its newest position and was not warned of it."""
    warns = np.zeros(len(newest), dtype=bool)
    for zone_id, outside_m in outside.items():
        if zone_id in fences and fences[zone_id].warns:
            unwarned = np.array([_is_unwarned(one.visit(zone_id)) for one in tracks], dtype=bool)
            warns |= (outside_m <= 0) & newest.is_sharp & unwarned[newest.unit]
    return _units_of(newest.unit[warns], len(tracks))


def settled_until(fixes: Sightings, tracks: Sequence[UnitTrack], wall_now: datetime) -> Any:
    """Up to which observation all of a unit's have come that may still come; never backwards."""
    until = np.array([us_of(one.settled_at) for one in tracks], dtype=np.int64)
    heard = fixes.received_us <= us_of(wall_now - LATENESS - WRITING)
    np.maximum.at(until, fixes.unit[heard], fixes.observed_us[heard])
    return until


def _units_of(units: Any, count: int) -> Any:
    found = np.zeros(count, dtype=bool)
    found[units] = True
    return found


def _stay(visit: Visit | None) -> int:
    if visit is None:
        return _AWAY
    return _WARNED if visit.entered_at is None else _ENTERED


def _is_unwarned(visit: Visit | None) -> bool:
    return visit is None or visit.warned_at is None


def us_of(moment: datetime | None) -> int:
    """A moment in microseconds since 1970."""
    return NEVER_US if moment is None else (moment - _EPOCH) // _US


def moment_of(us: int) -> datetime:
    """Microseconds since 1970 as a moment."""
    return _EPOCH + us * _US
