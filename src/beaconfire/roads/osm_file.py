"""What a file of OpenStreetMap says of roads: ways, nodes, forbidden turns, through libosmium."""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import osmium
import osmium.filter
import osmium.osm

from beaconfire.roads.refusals import FILE_BYTES_MAX, TEXT_BYTES_MAX, RoadsRefused, too_large

WAYS_MAX: Final = 2_000_000
"""All roads of a province; each is some hundred bytes in memory."""
NODES_PER_WAY_MAX: Final = 2_000
"""OpenStreetMap's own limit."""
KEPT_TAGS: Final = (
    "highway", "maxspeed", "oneway", "junction", "name", "access", "motor_vehicle", "vehicle",
    "emergency", "area", "tunnel",
)  # fmt: skip
TURN_KEYS: Final = ("restriction", "restriction:motor_vehicle", "restriction:motorcar")
"""Which turns bind crews; those of lorries, buses and cyclists do not."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class OsmWay:
    """A road as drawn: its nodes in order, and what its tags say."""

    id: int
    nodes: tuple[int, ...]
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class OsmTurn:
    """From one way over a node to another: forbidden, or the only turn that may be taken."""

    source: int
    via: int
    target: int
    is_only: bool


@dataclass(frozen=True, slots=True)
class OsmRoads:
    """All of a file; nodes by id as longitude and latitude, only those that are there."""

    ways: list[OsmWay]
    turns: list[OsmTurn]
    nodes: dict[int, tuple[float, float]]
    turns_not_read: int


def read_osm(path: Path, classes: Collection[str], say: Say) -> OsmRoads:
    """The roads of these classes in a `.osm.pbf`, `.osm`, or a zip with one `.osm` inside."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise too_large(f"{path.name} has {path.stat().st_size:,} bytes", f"{FILE_BYTES_MAX:,}")
        with _unpacked(path, say) as file:
            return _read(file, classes, say)
    except (OSError, RuntimeError, zipfile.BadZipFile) as error:
        said = f"{path.name} cannot be read: {str(error)[:120]}"
        raise RoadsRefused("unreadable_roads", said) from error


@contextmanager
def _unpacked(path: Path, say: Say) -> Generator[Path]:
    if path.suffix != ".zip":
        yield path
        return
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        inside = [one for one in archive.infolist() if one.filename.endswith((".osm", ".osm.pbf"))]
        if len(inside) != 1:
            said = f"{path.name} holds {len(inside)} files of OpenStreetMap, not one"
            raise RoadsRefused("unreadable_roads", said)
        if inside[0].file_size > TEXT_BYTES_MAX:
            raise too_large(f"{inside[0].filename} unpacked", f"{TEXT_BYTES_MAX:,} bytes")
        say(f"unpacking {inside[0].filename}, {inside[0].file_size:,} bytes")
        suffix = ".osm.pbf" if inside[0].filename.endswith(".pbf") else ".osm"
        file = Path(folder) / f"roads{suffix}"
        # A zip tells its own size; what comes out is never more than it told.
        with archive.open(inside[0]) as source, file.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield file


def _read(file: Path, classes: Collection[str], say: Say) -> OsmRoads:
    ways: list[OsmWay] = []
    turns: list[OsmTurn] = []
    not_read = 0
    say("reading ways and forbidden turns")
    kinds = osmium.osm.WAY | osmium.osm.RELATION
    for one in _objects(file, kinds, osmium.filter.KeyFilter("highway", *TURN_KEYS)):
        if one.is_way():
            if one.tags.get("highway") in classes:
                ways.append(_way(one))
            if len(ways) > WAYS_MAX:
                raise too_large("ways", f"{WAYS_MAX:,}")
        elif (turn := _turn(one)) is not None:
            turns.append(turn)
        elif _binds(one):
            not_read += 1
    if not ways:
        raise RoadsRefused("no_roads_in_file", f"{file.name} holds no road that is driven on")
    say(f"{len(ways):,} ways, {len(turns):,} turns; reading their nodes")
    return OsmRoads(ways, turns, _nodes(file, ways), not_read)


def _objects(file: Path, kinds: Any, picked: Any) -> Iterator[Any]:
    """A file's objects of some kinds, those that are not wanted passed over by libosmium itself."""
    return iter(osmium.FileProcessor(str(file), kinds).with_filter(picked))


def _way(one: Any) -> OsmWay:
    nodes = tuple(node.ref for node in one.nodes)
    if len(nodes) > NODES_PER_WAY_MAX:
        said = f"way {one.id} has {len(nodes):,} nodes, more than {NODES_PER_WAY_MAX:,}"
        raise RoadsRefused("bad_way", said)
    tags = {key: one.tags[key] for key in KEPT_TAGS if key in one.tags}
    return OsmWay(one.id, nodes, tags)


def _binds(relation: Any) -> bool:
    """Whether it is a forbidden turn, and crews are not exempt from it."""
    exempt = relation.tags.get("except", "").split(";")
    return relation.tags.get("type") == "restriction" and "emergency" not in exempt


def _turn(relation: Any) -> OsmTurn | None:
    """A turn over one node; None for one over ways, one that is broken, or no turn at all."""
    said = next((relation.tags[key] for key in TURN_KEYS if key in relation.tags), "")
    members = [(one.role, one.type, one.ref) for one in relation.members]
    if not _binds(relation) or not said.startswith(("no_", "only_")):
        return None
    if sorted((role, kind) for role, kind, _ in members) != [
        ("from", "w"),
        ("to", "w"),
        ("via", "n"),
    ]:
        return None
    by_role = {role: ref for role, _, ref in members}
    return OsmTurn(by_role["from"], by_role["via"], by_role["to"], said.startswith("only_"))


def _nodes(file: Path, ways: list[OsmWay]) -> dict[int, tuple[float, float]]:
    wanted = {node for way in ways for node in way.nodes}
    found: dict[int, tuple[float, float]] = {}
    for node in _objects(file, osmium.osm.NODE, osmium.filter.IdFilter(wanted)):
        if not node.location.valid():
            said = f"node {node.id} lies on no globe: longitude ±180, latitude ±90"
            raise RoadsRefused("bad_coordinates", said)
        found[node.id] = (node.location.lon, node.location.lat)
    return found
