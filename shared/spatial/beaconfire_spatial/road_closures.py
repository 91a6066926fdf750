"""Roads that are closed or slowed: an area or named stretches, as a factor on each arc of a graph.

Closures name places, never arcs by number: whoever holds another graph, or a newer one, finds the
same roads by itself. Where several meet, the slowest holds.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from beaconfire_spatial.geometry import LonLat, metres_per_degree
from beaconfire_spatial.road_network import RoadNetwork

SLOWEST_SHARE: Final = 0.05
"""Of the usual speed: slower than walking is closed, and times stay far below what 32 bits hold."""
SAME_ROAD_M: Final = 0.5
"""The other direction of a road is drawn within half a metre of the one, if not on it."""
SAME_PLACE_PER_DEGREE: Final = 1e6
"""Ends of a stretch are the same place to a tenth of a metre."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One direction of a road between two neighbouring nodes, by where these are."""

    tail: LonLat
    head: LonLat


@dataclass(frozen=True, slots=True)
class Closure:
    """Roads in an area, or along stretches, of which a share of the usual speed is left; 0 closes.

    The area is a ring of at least four points, the last as the first; empty where there is none.
    """

    ring: tuple[LonLat, ...]
    stretches: tuple[Stretch, ...]
    speed_share: float

    def __post_init__(self) -> None:
        """A share is 0, or between the slowest and 1."""
        if not (self.speed_share == 0 or SLOWEST_SHARE <= self.speed_share <= 1):
            raise ValueError(f"a share of the speed is 0 or {SLOWEST_SHARE} to 1")


@dataclass(frozen=True, slots=True)
class ClosedRoad:
    """A road between two neighbouring nodes, whatever its directions; 0 of its speed is closed."""

    one: LonLat
    other: LonLat
    speed_share: float


def arcs_closed(network: RoadNetwork, closure: Closure) -> np.ndarray:
    """The arcs that a closure touches, by their number in this graph."""
    parts = [_in_ring(network, closure.ring), _along(network, closure.stretches)]
    return np.unique(np.concatenate(parts))


def arcs_at(network: RoadNetwork, point: LonLat, reach_m: float) -> np.ndarray:
    """The road nearest to a point, in all its directions; none where none is within reach."""
    per_lon, per_lat = metres_per_degree(point.lat)
    per_degree = np.array([max(per_lon, 1.0), per_lat])
    lon = (network.lon - point.lon) * per_degree[0]
    lat = (network.lat - point.lat) * per_degree[1]
    tail, head = network.tail, network.head
    near = np.flatnonzero(
        (np.maximum(lon[tail], lon[head]) >= -reach_m)
        & (np.minimum(lon[tail], lon[head]) <= reach_m)
        & (np.maximum(lat[tail], lat[head]) >= -reach_m)
        & (np.minimum(lat[tail], lat[head]) <= reach_m)
    )
    ends = np.stack((tail[near], head[near]), axis=1)
    lines = shapely.linestrings(np.stack((lon[ends], lat[ends]), axis=2))
    off_m = shapely.distance(lines, shapely.Point(0, 0))
    if not len(near) or off_m.min() > reach_m:
        return np.zeros(0, dtype=np.int64)
    return near[off_m <= off_m.min() + SAME_ROAD_M]


def stretches_of(network: RoadNetwork, arcs: Iterable[int]) -> tuple[Stretch, ...]:
    """What arcs of this graph are called in any graph."""
    ends = dict.fromkeys((int(network.tail[arc]), int(network.head[arc])) for arc in arcs)
    return tuple(Stretch(network.point(tail), network.point(head)) for tail, head in ends)


def slowing(network: RoadNetwork, closures: Iterable[Closure]) -> np.ndarray:
    """How much longer each arc takes: 1 as usual, infinite where it is closed."""
    return ClosuresOn(network).slowing({str(name): one for name, one in enumerate(closures)})


class ClosuresOn:
    """Closures laid over one graph; what each touches is found once, whatever else comes and goes.

    One thread at a time lays them.
    """

    def __init__(self, network: RoadNetwork) -> None:
        """Nothing is laid yet."""
        self._network = network
        self._arcs: dict[str, np.ndarray] = {}

    def slowing(self, closures: Mapping[str, Closure]) -> np.ndarray:
        """How much longer each arc takes under these, and these alone; by names that never change
        what they mean."""
        known = self._arcs
        self._arcs = {
            name: known[name] if name in known else arcs_closed(self._network, one)
            for name, one in closures.items()
        }
        factors = np.ones(self._network.arc_count)
        for name, one in closures.items():
            factor = math.inf if one.speed_share == 0 else 1 / one.speed_share
            factors[self._arcs[name]] = np.maximum(factors[self._arcs[name]], factor)
        return factors


def roads_under(
    network: RoadNetwork, factors: np.ndarray, most: int
) -> tuple[list[ClosedRoad], int]:
    """At most so many roads that are closed or slowed, by number, and how many there are.

    Of a road's directions the slowest is told.
    """
    arcs = np.flatnonzero(factors > 1)
    low = np.minimum(network.tail[arcs], network.head[arcs]).astype(np.int64)
    high = np.maximum(network.tail[arcs], network.head[arcs]).astype(np.int64)
    by_road = np.lexsort((-factors[arcs], high, low))
    road = low[by_road] * network.node_count + high[by_road]
    slowest = by_road[np.flatnonzero(np.diff(road, prepend=-1))]
    found = [
        ClosedRoad(network.point(int(low[at])), network.point(int(high[at])), share)
        for at, share in zip(
            slowest[:most], (1 / factors[arcs[slowest[:most]]]).tolist(), strict=True
        )
    ]
    return found, len(slowest)


def shut_nodes(network: RoadNetwork, factors: np.ndarray) -> np.ndarray:
    """A flag for each node that closing left without a way in or out: nobody joins the road there.

    So whoever is inside a closed area joins the road at its edge.
    """
    closed = np.isinf(factors)
    touched, leaves, enters = (np.zeros(network.node_count, dtype=bool) for _ in range(3))
    touched[network.tail[closed]] = True
    touched[network.head[closed]] = True
    leaves[network.tail[~closed]] = True
    enters[network.head[~closed]] = True
    return touched & ~(leaves & enters)


def _in_ring(network: RoadNetwork, ring: tuple[LonLat, ...]) -> np.ndarray:
    """Arcs within an area or across its edge; boxes first, for few arcs are near."""
    if not ring:
        return np.zeros(0, dtype=np.int64)
    area = shapely.Polygon([(one.lon, one.lat) for one in ring])
    west, south, east, north = area.bounds
    lon, lat, tail, head = network.lon, network.lat, network.tail, network.head
    near = np.flatnonzero(
        (np.maximum(lon[tail], lon[head]) >= west)
        & (np.minimum(lon[tail], lon[head]) <= east)
        & (np.maximum(lat[tail], lat[head]) >= south)
        & (np.minimum(lat[tail], lat[head]) <= north)
    )
    ends = np.stack((tail[near], head[near]), axis=1)
    lines = shapely.linestrings(np.stack((lon[ends], lat[ends]), axis=2))
    shapely.prepare(area)
    return near[shapely.intersects(area, lines)]


def _along(network: RoadNetwork, stretches: tuple[Stretch, ...]) -> np.ndarray:
    """Arcs from one named place to the other; all of them, where a junction has several nodes."""
    if not stretches:
        return np.zeros(0, dtype=np.int64)
    places = _places(network.lon, network.lat)
    heads = defaultdict[int, set[int]](set)
    for one in stretches:
        heads[_place(one.tail)].add(_place(one.head))
    starts = np.isin(places, np.array(list(heads)))[network.tail]
    found = [
        arc
        for arc in np.flatnonzero(starts).tolist()
        if int(places[network.head[arc]]) in heads[int(places[network.tail[arc]])]
    ]
    return np.array(found, dtype=np.int64)


def _places(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """A whole number for each place."""
    east = np.rint(lon * SAME_PLACE_PER_DEGREE).astype(np.int64)
    north = np.rint(lat * SAME_PLACE_PER_DEGREE).astype(np.int64)
    return east * 2**32 + north


def _place(point: LonLat) -> int:
    return int(_places(np.array([point.lon]), np.array([point.lat]))[0])
