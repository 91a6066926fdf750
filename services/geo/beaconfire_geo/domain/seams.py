"""Seams: where areas leave ground to nobody, claim it twice, or reach beyond their parents."""

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
class OutsideFound:
    """Ground of an area that lies outside its parent, with a point in it (越界).

    `share` is that part of the area, 1.0 where all of it lies outside.
    """

    code: str
    parent: str
    area_m2: float
    share: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class SeamCounts:
    """How many seams of each sort there are, told or not (接边计数)."""

    overlaps: int = 0
    gaps: int = 0
    outside: int = 0


@dataclass(frozen=True, slots=True)
class Seams:
    """What does not fit, the largest of each sort first, and how much of it there is (接边检查).

    Unknown where looking for it took too long.
    """

    is_known: bool
    overlaps: tuple[OverlapFound, ...] = ()
    gaps: tuple[GapFound, ...] = ()
    outside: tuple[OutsideFound, ...] = ()
    counts: SeamCounts = SeamCounts()
