"""Exact travel times by scipy's Dijkstra: the oracle of the tests, and the fallback."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import shut_nodes
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_spatial.road_route import route_along
from beaconfire_spatial.travel_times import Route

SOURCES_AT_ONCE: Final = 32
"""Rows of the whole graph held in memory: 13 MB for 50,000 nodes."""


class ScipyTravelTimes:
    """One Dijkstra a source; needs nothing but scipy."""

    method = "road"

    def __init__(self, network: RoadNetwork, factors: np.ndarray | None = None) -> None:
        """Builds one sparse matrix a mode; parallel arcs keep the faster, closed ones are left out.

        Nothing changes afterwards, and scipy keeps nothing between questions: any thread may ask.
        """
        self.network = network
        slow = np.ones(network.arc_count) if factors is None else factors
        self._entries = network.entries.without(shut_nodes(network, slow))
        self._graphs = {mode: graph_of(network, mode, slow) for mode in ("lights", "regular")}

    def under(self, factors: np.ndarray) -> "ScipyTravelTimes":
        """The same roads with other times."""
        return ScipyTravelTimes(self.network, factors)

    def off_road_s(self, points: Sequence[LonLat]) -> np.ndarray:
        """Seconds from each point to the road."""
        return self._entries.snap(points).off_road_s if points else np.zeros(0)

    def matrix(
        self, sources: Sequence[LonLat], targets: Sequence[LonLat], *, mode: str
    ) -> np.ndarray:
        """Seconds from each source to each target, off-road legs included."""
        if not sources or not targets:
            return np.zeros((len(sources), len(targets)))
        starts, ends = self._entries.snap(sources), self._entries.snap(targets)
        on_road = self._on_road(starts.nodes, ends.nodes, mode)
        return on_road + starts.off_road_s[:, None] + ends.off_road_s[None, :]

    def _on_road(self, starts: np.ndarray, ends: np.ndarray, mode: str) -> np.ndarray:
        """Seconds from node to node; a few sources at once, since each is a row of the graph."""
        found = [
            dijkstra(self._graphs[mode], indices=starts[first : first + SOURCES_AT_ONCE])[:, ends]
            for first in range(0, len(starts), SOURCES_AT_ONCE)
        ]
        return np.vstack(found)

    def route(self, source: LonLat, target: LonLat, *, mode: str) -> Route | None:
        """The fastest way, or None."""
        both = self._entries.snap((source, target))
        start, end = both.one(0), both.one(1)
        graph = self._graphs[mode]
        times, before = dijkstra(graph, indices=start.node, return_predecessors=True)
        if not np.isfinite(times[end.node]):
            return None
        nodes = [end.node]
        while nodes[-1] != start.node:
            nodes.append(int(before[nodes[-1]]))
        nodes.reverse()
        seconds = np.diff(times[nodes])
        return route_along(self.network, nodes, seconds, (source, target), (start, end))


def graph_of(network: RoadNetwork, mode: str, factors: np.ndarray) -> csr_matrix:
    """The arcs as a sparse matrix; sorted so that of parallel arcs the fastest is written last."""
    seconds = np.maximum(network.seconds(mode).astype(np.float64), 1e-6) * factors
    order = np.lexsort((-seconds, network.head, network.tail))
    order = order[np.isfinite(seconds[order])]
    tail, head, kept = network.tail[order], network.head[order], seconds[order]
    last = np.ones(len(tail), dtype=bool)
    last[:-1] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    shape = (network.node_count, network.node_count)
    return csr_matrix((kept[last], (tail[last], head[last])), shape=shape)
