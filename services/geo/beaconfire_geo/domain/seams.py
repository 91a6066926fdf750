"""Seams: where areas beside each other leave ground to nobody, or claim it twice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OverlapFound:
    """Ground that two areas of a level claim, with a point in it (重叠)."""

    code: str
    other: str
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class GapFound:
    """Ground of a parent that no area of a level covers, with a point in it (缝隙)."""

    parent: str | None
    level: str
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Seams:
    """Overlaps and gaps, largest first; unknown where looking for them took too long (接边检查)."""

    is_known: bool
    overlaps: tuple[OverlapFound, ...] = ()
    gaps: tuple[GapFound, ...] = ()
