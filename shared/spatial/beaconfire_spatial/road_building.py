"""From drawn roads to a graph: turns that are forbidden, and the part that hangs together.

Pure arrays in and out; who reads which file is no affair of this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from beaconfire_spatial.road_network import RoadNetwork

_OF_NODES: Final = ("lon", "lat", "enters", "label")
_OF_ARCS: Final = ("tail", "head", "lights_s", "regular_s", "length_m")


@dataclass(frozen=True, slots=True)
class DrawnRoads:
    """Nodes and directed arcs as drawn; `enters` says where one may leave the road for a door.

    `label` is a place in `labels`, -1 for none.
    """

    lon: np.ndarray
    lat: np.ndarray
    enters: np.ndarray
    label: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    lights_s: np.ndarray
    regular_s: np.ndarray
    length_m: np.ndarray
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What does not hang together with the rest in both directions: how much of it."""

    nodes: int
    arcs: int
    length_m: float


def with_turns(drawn: DrawnRoads, forbidden: Mapping[int, frozenset[int]]) -> DrawnRoads:
    """The same roads where from an arc certain other arcs may not be taken, by their numbers.

    An arc with forbidden turns ends at a copy of its junction, from which only the others leave: so
    every engine keeps to them, as it knows nothing but nodes and arcs. Nobody joins or leaves the
    road at such a junction, since its copies are one place: the nodes beside it are near enough.
    """
    leaving = _leaving(drawn, {int(drawn.head[arc]) for arc in forbidden})
    head, enters = drawn.head.copy(), drawn.enters.copy()
    copied: list[int] = []
    extra: list[int] = []
    tails: list[int] = []
    for arc, banned in sorted(forbidden.items()):
        junction = int(drawn.head[arc])
        copy = len(drawn.lon) + len(copied)
        head[arc], enters[junction] = copy, 0
        copied.append(junction)
        kept = [one for one in leaving[junction] if one not in banned]
        extra += kept
        tails += [copy] * len(kept)
    # An arc that leaves a copy may itself end at one: heads are taken after all were moved.
    return replace(
        drawn,
        lon=np.append(drawn.lon, drawn.lon[copied]),
        lat=np.append(drawn.lat, drawn.lat[copied]),
        enters=np.append(enters, np.zeros(len(copied), dtype=enters.dtype)),
        label=np.append(drawn.label, drawn.label[copied]),
        tail=np.append(drawn.tail, np.array(tails, dtype=drawn.tail.dtype)),
        head=np.append(head, head[extra]),
        lights_s=np.append(drawn.lights_s, drawn.lights_s[extra]),
        regular_s=np.append(drawn.regular_s, drawn.regular_s[extra]),
        length_m=np.append(drawn.length_m, drawn.length_m[extra]),
    )


def _leaving(drawn: DrawnRoads, junctions: set[int]) -> dict[int, list[int]]:
    """The arcs that leave each of these junctions."""
    found: dict[int, list[int]] = {one: [] for one in junctions}
    for arc in np.flatnonzero(np.isin(drawn.tail, list(junctions))).tolist():
        found[int(drawn.tail[arc])].append(arc)
    return found


def connected(drawn: DrawnRoads) -> tuple[RoadNetwork, LeftOut]:
    """The largest part in which every node is reached from every other, and what is not in it.

    BadNetwork where nothing is left that one may join.
    """
    nodes = len(drawn.lon)
    ones = np.ones(len(drawn.tail), dtype=np.int8)
    graph = csr_matrix((ones, (drawn.tail, drawn.head)), shape=(nodes, nodes))
    _, part = connected_components(graph, directed=True, connection="strong")
    kept = part == np.bincount(part).argmax()
    arcs = kept[drawn.tail] & kept[drawn.head]
    number = np.cumsum(kept) - 1
    arrays: dict[str, Any] = {name: getattr(drawn, name)[kept] for name in _OF_NODES}
    arrays |= {name: getattr(drawn, name)[arcs] for name in _OF_ARCS}
    for name in ("tail", "head"):
        arrays[name] = number[arrays[name]].astype(np.int32)
    left = LeftOut(nodes - int(kept.sum()), int((~arcs).sum()), float(drawn.length_m[~arcs].sum()))
    return RoadNetwork(arrays, list(drawn.labels)), left
