"""How far one gets over the roads within a time: seconds to every node, and to many points at once.

Made for questions about a whole map (isochrones, coverage), where one search from a source answers
for all of it; the engines of `road_engine.py` answer pair by pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import shut_nodes
from beaconfire_spatial.road_entries import Snap
from beaconfire_spatial.road_network import Mode, RoadNetwork
from beaconfire_spatial.routing_scipy import graph_of


@dataclass(frozen=True, slots=True)
class Reached:
    """What is reached from a source: where it joins the road, and seconds to each node."""

    source: LonLat
    snap: Snap
    mode: Mode
    seconds: np.ndarray
    """By node, with the way from the source to the road; inf beyond the time that was asked."""


class Reach:
    """Searches over one road graph; each mode's graph is made when it is first asked for."""

    def __init__(self, network: RoadNetwork, factors: np.ndarray | None = None) -> None:
        """`factors` are those of `road_closures.slowing`: none where nothing is closed."""
        self.network = network
        self._factors = np.ones(network.arc_count) if factors is None else factors
        self._entries = network.entries.without(shut_nodes(network, self._factors))
        self._graphs: dict[Mode, csr_matrix] = {}

    def arc_seconds(self, mode: Mode) -> np.ndarray:
        """Travel time of each arc in seconds; inf where it is closed."""
        return self.network.seconds(mode).astype(np.float64) * self._factors

    def from_point(self, source: LonLat, *, within_s: float, mode: Mode) -> Reached:
        """Seconds from a point to every node that is reached within a time."""
        snap = self._entries.snap([source]).one(0)
        left_s = within_s - snap.off_road_s
        if left_s < 0:
            seconds = np.full(self.network.node_count, np.inf)
        else:
            seconds = dijkstra(self._graph(mode), indices=snap.node, limit=left_s)
            seconds += snap.off_road_s
        return Reached(source, snap, mode, seconds)

    def matrix(
        self, sources: Sequence[LonLat], targets: Sequence[LonLat], *, within_s: float, mode: Mode
    ) -> np.ndarray:
        """Seconds from each source (rows) to each target (columns); inf beyond the time.

        The same seconds as `TravelTimes.matrix`, one search a source: thousands of targets cost
        hardly more than one.
        """
        found = np.full((len(sources), len(targets)), np.inf)
        if not targets:
            return found
        ends = self._entries.snap(targets)
        for row, source in enumerate(sources):
            reached = self.from_point(source, within_s=within_s, mode=mode)
            found[row] = reached.seconds[ends.nodes] + ends.off_road_s
        return np.where(found <= within_s, found, np.inf)

    def _graph(self, mode: Mode) -> csr_matrix:
        if mode not in self._graphs:
            self._graphs[mode] = graph_of(self.network, mode, self._factors)
        return self._graphs[mode]
