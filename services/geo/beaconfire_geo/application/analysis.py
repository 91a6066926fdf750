"""What geo's routes need to answer questions about a whole map: reach and coverage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Conflict, Invalid, TooMany
from beaconfire_spatial.coverage import Coverage, Stand


class NoRoadNear(Conflict):
    """No road is reached from here within the time."""


class NoRoads(Conflict):
    """There are no roads yet over which anybody could come."""


class NoCells(Conflict):
    """There are no cells of the grid there."""


class ReachTooWide(Invalid):
    """More roads are reached than one picture may have: ask for a shorter time."""


class NeighboursTooWide(Invalid):
    """So many cells lie within that distance of each other that everything is one spot."""


class UnknownCell(Invalid):
    """The grid in force has no such cell."""


class AnalysisBusy(TooMany):
    """Others are asking for as much as is computed at once: try again in a few seconds."""


@dataclass(frozen=True, slots=True)
class FoundReach:
    """The ground reached within a time, as a GeoJSON geometry, and its square kilometres."""

    within_s: float
    geometry: dict[str, Any]
    area_km2: float


@dataclass(frozen=True, slots=True)
class CoverageAsked:
    """Who stands where, the target, and whose demand counts: by cell, or every cell alike."""

    stands: Sequence[Stand]
    within_s: float
    mode: str
    within_area: str | None
    by_level: str | None
    demand: Mapping[str, float] | None


@dataclass(frozen=True, slots=True)
class FoundCover:
    """Ground reached first by one of those that stand somewhere; by nobody: `name` is None."""

    name: str | None
    cells: int
    share: float
    geometry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HotCell:
    """A cell with more around it than chance explains: its own demand, score, adjusted p."""

    code: str
    weight: float
    score: float
    adjusted_p: float
    geometry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FoundHotspots:
    """Hot cells, the hottest first, among how many; demand told for cells that there are not."""

    hot: Sequence[HotCell]
    hot_count: int
    cell_count: int
    elsewhere: float


class AnalysisDesk(Protocol):
    """Questions about a whole map, over the grid and the roads in force."""

    @property
    def method(self) -> str:
        """How travel times are found: `road` or `straight_line`."""
        ...

    @property
    def layer_version(self) -> int:
        """The version of the grid whose cells are counted."""
        ...

    async def isochrones(
        self, point: Point, within_s: Sequence[float], mode: str
    ) -> list[FoundReach]:
        """The ground reached from a point within each time, the shortest first."""
        ...

    async def coverage(self, asked: CoverageAsked) -> list[Coverage]:
        """What the units of each capability reach within the target."""
        ...

    async def cover_areas(self, asked: CoverageAsked, capability: str | None) -> list[FoundCover]:
        """What those who can do it reach first within the target, as shapes; the gaps last."""
        ...

    async def hotspots(self, demand: Mapping[str, float], within_m: float) -> FoundHotspots:
        """Where more lies close together than chance explains."""
        ...
