"""From what OpenStreetMap says to drawn roads: directions, speeds, pieces, turns, labels."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from beaconfire.roads.osm_file import OsmRoads, OsmTurn, OsmWay
from beaconfire.roads.refusals import RoadsRefused, too_large
from beaconfire.roads.road_speeds import RoadSpeeds, Speed
from beaconfire_spatial.geometry import LonLat, distance_m
from beaconfire_spatial.road_building import DrawnRoads
from beaconfire_spatial.road_network import NODES_MAX

PIECE_M_MAX: Final = 100.0
"""Seven seconds at 50 km/h: longer stretches are cut, so that a door is never far from a node."""
METRES_PER_KMH_SECOND: Final = 1 / 3.6
_CLOSED: Final = frozenset({"no", "private", "agricultural", "forestry", "military"})
_OPEN: Final = frozenset({"yes", "designated", "permissive", "destination", "official"})
_FORWARD: Final = frozenset({"yes", "true", "1"})
_BACKWARD: Final = frozenset({"-1", "reverse"})


@dataclass(frozen=True, slots=True)
class Told:
    """What the person who imports is told of a file: how much was taken, what was left."""

    ways: int
    ways_closed: int
    ways_cut_off: int
    turns: int
    turns_not_kept: int


@dataclass(slots=True)
class _Drawing:
    """Roads while they are drawn: nodes by their place, arcs with the way that they are of."""

    speeds: RoadSpeeds
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    enters: list[bool] = field(default_factory=list)
    number: dict[int, int] = field(default_factory=dict)
    arcs: list[tuple[int, int, float, float, float]] = field(default_factory=list)
    into: defaultdict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    out_of: defaultdict[tuple[int, int], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Arcs into and out of a node, by way and node."""
    leaving: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    names: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def draw(osm: OsmRoads, speeds: RoadSpeeds) -> tuple[DrawnRoads, dict[int, frozenset[int]], Told]:
    """Drawn roads, their forbidden turns (arc to arcs), and what is told of them."""
    drawing = _Drawing(speeds)
    taken = [way for way in osm.ways if _is_driven(way.tags)]
    cut_off = 0
    for way in taken:
        here = [node for node in way.nodes if node in osm.nodes]
        cut_off += len(here) < len(way.nodes)
        for one, other in itertools.pairwise(way.nodes):
            if one in osm.nodes and other in osm.nodes and one != other:
                _draw_segment(drawing, osm, way, (one, other))
        if len(drawing.lon) > NODES_MAX:
            raise too_large("nodes of the graph", f"{NODES_MAX:,}")
    if not drawing.arcs:
        raise RoadsRefused("no_roads_in_file", "no road in it may be driven on from node to node")
    forbidden, kept = _forbidden(drawing, osm.turns)
    told = Told(
        len(taken), len(osm.ways) - len(taken), cut_off,
        kept, len(osm.turns) - kept + osm.turns_not_read,
    )  # fmt: skip
    return _drawn(drawing), forbidden, told


def _is_driven(tags: dict[str, str]) -> bool:
    """Whether crews may drive there: what is private to others may still be open to them."""
    if tags.get("area") == "yes":
        return False
    said = next((tags[key] for key in ("emergency", "motor_vehicle", "vehicle", "access")
                 if key in tags), "yes")  # fmt: skip
    return said in _OPEN or said not in _CLOSED


def _directions(tags: dict[str, str]) -> tuple[bool, bool]:
    """Whether one drives along the way as it is drawn, and against it."""
    said = tags.get("oneway", "")
    if said in _FORWARD:
        return True, False
    if said in _BACKWARD:
        return False, True
    implied = tags.get("junction") in ("roundabout", "circular") or tags["highway"] == "motorway"
    return True, said == "no" or not implied


def _draw_segment(drawing: _Drawing, osm: OsmRoads, way: OsmWay, ends: tuple[int, int]) -> None:
    """From one node of a way to the next, in pieces, in each direction that is driven."""
    path = list(_pieces(drawing, osm, ends))
    road = drawing.speeds.classes[way.tags["highway"]]
    joins = road.enters and way.tags.get("tunnel", "no") == "no"
    name = way.tags.get("name", "").strip()
    for node in path:
        drawing.enters[node] = drawing.enters[node] or joins
    for node in (path[0], path[-1]):
        if name:
            drawing.names[node].add(name)
    along, against = _directions(way.tags)
    speed = drawing.speeds.of(way.tags)
    if along:
        _draw_arcs(drawing, path, way.id, speed)
    if against:
        _draw_arcs(drawing, path[::-1], way.id, speed)


def _pieces(drawing: _Drawing, osm: OsmRoads, ends: tuple[int, int]) -> Iterator[int]:
    """Both nodes, and as many in between as make no piece longer than may be."""
    (lon0, lat0), (lon1, lat1) = (osm.nodes[one] for one in ends)
    metres = distance_m(LonLat(lon0, lat0), LonLat(lon1, lat1))
    pieces = max(1, int(np.ceil(metres / PIECE_M_MAX)))
    yield _node(drawing, ends[0], lon0, lat0)
    for place in range(1, pieces):
        share = place / pieces
        yield _add(drawing, lon0 + (lon1 - lon0) * share, lat0 + (lat1 - lat0) * share)
    yield _node(drawing, ends[1], lon1, lat1)


def _node(drawing: _Drawing, osm_id: int, lon: float, lat: float) -> int:
    if osm_id not in drawing.number:
        drawing.number[osm_id] = _add(drawing, lon, lat)
    return drawing.number[osm_id]


def _add(drawing: _Drawing, lon: float, lat: float) -> int:
    drawing.lon.append(lon)
    drawing.lat.append(lat)
    drawing.enters.append(False)
    return len(drawing.lon) - 1


def _draw_arcs(drawing: _Drawing, path: list[int], way: int, speed: Speed) -> None:
    for tail, head in itertools.pairwise(path):
        arc = len(drawing.arcs)
        metres = distance_m(
            LonLat(drawing.lon[tail], drawing.lat[tail]),
            LonLat(drawing.lon[head], drawing.lat[head]),
        )
        lights_s = metres / (speed.lights * METRES_PER_KMH_SECOND)
        regular_s = metres / (speed.regular * METRES_PER_KMH_SECOND)
        drawing.arcs.append((tail, head, lights_s, regular_s, metres))
        drawing.into[way, head].append(arc)
        drawing.out_of[way, tail].append(arc)
        drawing.leaving[tail].append(arc)


def _forbidden(drawing: _Drawing, turns: list[OsmTurn]) -> tuple[dict[int, frozenset[int]], int]:
    """Which arcs may not follow an arc, and how many turns that is made of.

    A turn whose ways pass its node instead of ending there is ambiguous, and not kept.
    """
    found: defaultdict[int, set[int]] = defaultdict(set)
    kept = 0
    for turn in turns:
        via = drawing.number.get(turn.via, -1)
        arcs, onward = drawing.into[turn.source, via], drawing.out_of[turn.target, via]
        if len(arcs) != 1 or len(onward) != 1:
            continue
        everything = set(drawing.leaving[via])
        found[arcs[0]] |= everything - set(onward) if turn.is_only else set(onward)
        kept += 1
    return {arc: frozenset(banned) for arc, banned in found.items()}, kept


def _drawn(drawing: _Drawing) -> DrawnRoads:
    arcs = np.array(drawing.arcs, dtype=np.float64)
    meeting = sorted((node, names) for node, names in drawing.names.items() if len(names) > 1)
    label = np.full(len(drawing.lon), -1, dtype=np.int32)
    label[[node for node, _ in meeting]] = np.arange(len(meeting))
    return DrawnRoads(
        lon=np.array(drawing.lon),
        lat=np.array(drawing.lat),
        enters=np.array(drawing.enters, dtype=np.uint8),
        label=label,
        tail=arcs[:, 0].astype(np.int32),
        head=arcs[:, 1].astype(np.int32),
        lights_s=arcs[:, 2].astype(np.float32),
        regular_s=arcs[:, 3].astype(np.float32),
        length_m=arcs[:, 4].astype(np.float32),
        labels=tuple(" / ".join(sorted(names)[:2]) for _, names in meeting),
    )
