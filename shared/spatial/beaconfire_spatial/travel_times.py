"""How long from here to there: one port, several ways to find out, each saying which it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from beaconfire_spatial.geometry import LonLat, distance_m
from beaconfire_spatial.road_network import RoadNetwork

DETOUR: Final = 1.35
"""Road metres per straight metre in a city grid, by which lines are stretched without a graph."""
CLASS_SPEED_MPS: Final = {"lights": 13.9, "regular": 10.0}
"""50 and 36 km/h: city averages, used only while there is no road graph."""


@dataclass(frozen=True, slots=True)
class Route:
    """A way: its points, the seconds at which each is passed, its whole time and metres."""

    points: tuple[LonLat, ...]
    times_s: tuple[float, ...]
    travel_time_s: float
    distance_m: float


class TravelTimes(Protocol):
    """Seconds on the way, by mode `lights` or `regular`; inf where no way leads."""

    @property
    def method(self) -> str:
        """`road` or `straight_line`."""
        ...

    def matrix(
        self, sources: Sequence[LonLat], targets: Sequence[LonLat], *, mode: str
    ) -> np.ndarray:
        """Seconds from each source (rows) to each target (columns), float64."""
        ...

    def route(self, source: LonLat, target: LonLat, *, mode: str) -> Route | None:
        """The fastest way, or None where there is none."""
        ...


class RoadTimes(TravelTimes, Protocol):
    """Travel times over a road graph, from which those under closures are made in milliseconds."""

    @property
    def network(self) -> RoadNetwork:
        """The graph, as it is without closures."""
        ...

    def off_road_s(self, points: Sequence[LonLat]) -> np.ndarray:
        """Seconds from each point to the road, or back from it: of every way a part."""
        ...

    def under(self, factors: np.ndarray) -> "RoadTimes":
        """The same roads with each arc taking so many times as long as usual, inf where closed.

        Another object: whoever asks the old one meanwhile gets the old answers, whole.
        """
        ...


class StraightLine:
    """Straight lines with a detour at a class speed: better than nothing, and marked as such."""

    @property
    def method(self) -> str:
        """Marked as what it is."""
        return "straight_line"

    def matrix(
        self, sources: Sequence[LonLat], targets: Sequence[LonLat], *, mode: str
    ) -> np.ndarray:
        """Seconds from each source to each target."""
        speed = CLASS_SPEED_MPS[mode]
        return np.array(
            [[distance_m(one, other) * DETOUR / speed for other in targets] for one in sources],
            dtype=np.float64,
        ).reshape(len(sources), len(targets))

    def route(self, source: LonLat, target: LonLat, *, mode: str) -> Route | None:
        """The straight line, with the detour's time."""
        metres = distance_m(source, target) * DETOUR
        seconds = metres / CLASS_SPEED_MPS[mode]
        return Route((source, target), (0.0, seconds), seconds, metres)
