"""Exact travel times by scipy's Dijkstra: the oracle of the tests, and the fallback."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_spatial.road_route import route_along
from beaconfire_spatial.travel_times import Route

SOURCES_AT_ONCE: Final = 32
"""Rows of the whole graph held in memory: 13 MB for 50,000 nodes."""


class ScipyTravelTimes:
    """One Dijkstra a source; needs nothing but scipy."""

    method = "road"

    def __init__(self, network: RoadNetwork) -> None:
        """Builds one sparse matrix a mode; parallel arcs keep the faster."""
        self._network = network
        self._graphs = {mode: _graph(network, mode) for mode in ("lights", "regular")}

    def matrix(
        self, sources: Sequence[LonLat], targets: Sequence[LonLat], *, mode: str
    ) -> np.ndarray:
        """Seconds from each source to each target, off-road legs included."""
        starts = [self._network.snap(one) for one in sources]
        ends = [self._network.snap(one) for one in targets]
        if not starts or not ends:
            return np.zeros((len(starts), len(ends)))
        on_road = self._on_road([one.node for one in starts], [one.node for one in ends], mode)
        before = np.array([[one.off_road_s] for one in starts])
        after = np.array([[one.off_road_s for one in ends]])
        return on_road + before + after

    def _on_road(self, starts: list[int], ends: list[int], mode: str) -> np.ndarray:
        """Seconds from node to node; a few sources at once, since each is a row of the graph."""
        found = [
            dijkstra(self._graphs[mode], indices=starts[first : first + SOURCES_AT_ONCE])[:, ends]
            for first in range(0, len(starts), SOURCES_AT_ONCE)
        ]
        return np.vstack(found)

    def route(self, source: LonLat, target: LonLat, *, mode: str) -> Route | None:
        """The fastest way, or None."""
        start, end = self._network.snap(source), self._network.snap(target)
        graph = self._graphs[mode]
        times, before = dijkstra(graph, indices=start.node, return_predecessors=True)
        if not np.isfinite(times[end.node]):
            return None
        nodes = [end.node]
        while nodes[-1] != start.node:
            nodes.append(int(before[nodes[-1]]))
        nodes.reverse()
        seconds = np.diff(times[nodes])
        return route_along(self._network, nodes, seconds, (source, target), (start, end))


def _graph(network: RoadNetwork, mode: str) -> csr_matrix:
    """The arcs as a sparse matrix; sorted so that of parallel arcs the fastest is written last."""
    seconds = np.maximum(network.seconds(mode).astype(np.float64), 1e-6)
    order = np.lexsort((-seconds, network.head, network.tail))
    tail, head, kept = network.tail[order], network.head[order], seconds[order]
    last = np.ones(len(tail), dtype=bool)
    last[:-1] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    shape = (network.node_count, network.node_count)
    return csr_matrix((kept[last], (tail[last], head[last])), shape=shape)
