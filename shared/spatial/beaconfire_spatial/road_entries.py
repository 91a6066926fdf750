"""Where points join the road: hundreds at once, by one index over the nodes that may be joined.

A k-d tree asked with an array, not an STRtree: for points it is the faster of the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import KDTree

from beaconfire_spatial.geometry import EARTH_RADIUS_M, LonLat

OFF_ROAD_MPS: Final = 4.0
"""The last metres from the road to the door, at JEMSS's off-road speed class."""


@dataclass(frozen=True, slots=True)
class Snap:
    """Where a point joins the road: the node, and the metres and seconds to get there."""

    node: int
    off_road_m: float
    off_road_s: float


@dataclass(frozen=True, slots=True)
class Snaps:
    """The same for many points, as arrays in the order of the points."""

    nodes: np.ndarray
    off_road_m: np.ndarray

    @property
    def off_road_s(self) -> np.ndarray:
        """Seconds from each point to its node."""
        return self.off_road_m / OFF_ROAD_MPS

    def one(self, place: int) -> Snap:
        """Where one of the points joins the road."""
        off_road_m = float(self.off_road_m[place])
        return Snap(int(self.nodes[place]), off_road_m, off_road_m / OFF_ROAD_MPS)


class RoadEntries:
    """The nodes at which a road may be joined, none of them closed."""

    def __init__(self, nodes: np.ndarray, plane_m: np.ndarray, scale: float) -> None:
        """`plane_m` has the nodes' places in metres, longitudes shortened by `scale`."""
        self._nodes = nodes
        self._plane_m = plane_m
        self._scale = scale
        # Unbalanced and loose, it is built in a sixth of the time and answers as fast: closures
        # build it anew while somebody waits.
        self._tree = KDTree(plane_m, compact_nodes=False, balanced_tree=False)

    def snap(self, points: Sequence[LonLat]) -> Snaps:
        """The nearest node of each point."""
        places = np.array([(one.lon, one.lat) for one in points], dtype=np.float64).reshape(-1, 2)
        places[:, 0] *= self._scale
        metres, found = self._tree.query(np.radians(places) * EARTH_RADIUS_M)
        return Snaps(self._nodes[found], metres)

    def without(self, shut: np.ndarray) -> "RoadEntries":
        """The entries that are not shut (a flag for each node of the graph); all when all are."""
        left = ~shut[self._nodes]
        if left.all() or not left.any():
            return self
        return RoadEntries(self._nodes[left], self._plane_m[left], self._scale)
