"""Travel times by RoutingKit's customizable contraction hierarchy: the live engine.

Kept behind the port of `travel_times.py` (version 0.2, one maintainer, MIT). Weights are whole
milliseconds in 32 bits, so times are right to 0.5 ms an arc.
"""

import hashlib
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any, Final
from weakref import WeakValueDictionary

import numpy as np
from pyroutingkit import INF_WEIGHT, CCHMetric, CCHTopology

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import shut_nodes
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_spatial.road_route import route_along
from beaconfire_spatial.travel_times import Route

MS: Final = 1000.0
ARC_S_MAX: Final = 1e6
"""Eleven days on one arc: nothing on a road takes longer, and 32 bits hold two of them."""
LANES_MAX: Final = 3
"""Who asks at once without waiting: the event loop, the planner beside it, and one more. Each has a
copy of the weights, 20 MB for a city of 50,000 nodes."""


_built: Final = WeakValueDictionary[tuple[int, int, bytes], Any]()
_building: Final = threading.Lock()


def topology_of(network: RoadNetwork) -> Any:
    """The order in which nodes are contracted: the same roads are ordered once a process.

    It takes two seconds for a city, never changes, and holds no weights: in one node geo and
    dispatch ask the same one at the same moment.
    """
    shape = (
        network.tail.astype(np.uint32), network.head.astype(np.uint32),
        network.lat.astype(np.float32), network.lon.astype(np.float32),
    )  # fmt: skip
    digest = hashlib.sha256(b"".join(one.tobytes() for one in shape)).digest()
    key = (network.node_count, network.arc_count, digest)  # where one array ends counts, too
    with _building:
        topology = _built.get(key)
        if topology is None:
            topology = CCHTopology()
            topology.build(*shape, network.node_count)
            _built[key] = topology
    return topology


class CchTravelTimes:
    """One topology, weights a mode; about a second to prepare for 50,000 nodes."""

    method = "road"

    def __init__(self, network: RoadNetwork) -> None:
        """Builds and customises; run it off the event loop."""
        self.network = network
        self._topology = topology_of(network)
        self._weigh(np.ones(network.arc_count))

    def under(self, factors: np.ndarray) -> "CchTravelTimes":
        """The same topology with other weights; off the event loop: a large graph takes long."""
        other = copy(self)
        other._weigh(factors)  # noqa: SLF001  (one of us, not yet anybody else's)
        return other

    def _weigh(self, factors: np.ndarray) -> None:
        network = self.network
        self._entries = network.entries.without(shut_nodes(network, factors))
        slower = factors.astype(np.float32)
        self._seconds = {mode: network.seconds(mode) * slower for mode in ("lights", "regular")}
        self._lanes = {mode: _Lanes(self._topology, one) for mode, one in self._seconds.items()}

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
        with self._lanes[mode].lane() as metric:
            found = metric.distances_many_to_many(
                starts.nodes.astype(np.uint32), ends.nodes.astype(np.uint32)
            )
        on_road = np.asarray(found).reshape(len(sources), len(targets)).astype(np.float64)
        seconds = np.where(on_road >= INF_WEIGHT, np.inf, on_road / MS)
        return seconds + starts.off_road_s[:, None] + ends.off_road_s[None, :]

    def route(self, source: LonLat, target: LonLat, *, mode: str) -> Route | None:
        """The fastest way, or None."""
        both = self._entries.snap((source, target))
        start, end = both.one(0), both.one(1)
        with self._lanes[mode].lane() as metric:
            found, nodes, arcs = metric.query(start.node, end.node)
        if found >= INF_WEIGHT:
            return None
        seconds = self._seconds[mode][np.asarray(arcs, dtype=np.int64)]
        path = [int(node) for node in nodes] or [start.node]
        return route_along(self.network, path, seconds, (source, target), (start, end))


class _Lanes:
    """The weights of one mode, in as many copies as are asked at once.

    A metric of pyroutingkit keeps one query inside, and lets go of the interpreter while that runs:
    two threads on one metric write over each other's queues. So a metric is asked by one at a time.
    A second asker gets a copy of its own, made in milliseconds, and not the other's turn to wait
    for: the loop must not stand still because the planner asks for a large matrix beside it.
    """

    def __init__(self, topology: Any, seconds: np.ndarray) -> None:
        """The first lane is made at once."""
        self._topology = topology
        # Whole numbers before the closed ones: in 32-bit floats INF_WEIGHT becomes the next power
        # of two, of which two add up to nothing.
        self._weights = np.rint(np.minimum(seconds, ARC_S_MAX) * MS).astype(np.uint32)
        self._weights[np.isinf(seconds)] = INF_WEIGHT
        self._room = threading.BoundedSemaphore(LANES_MAX)
        self._idle = [self._made()]

    @contextmanager
    def lane(self) -> Generator[Any]:
        """A metric that nobody else asks meanwhile."""
        with self._room:
            try:
                metric = self._idle.pop()
            except IndexError:
                metric = self._made()
            try:
                yield metric
            finally:
                self._idle.append(metric)

    def _made(self) -> Any:
        metric = CCHMetric(self._topology)
        metric.customize(self._weights)
        return metric
