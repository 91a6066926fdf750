"""Roads as two tables, `nodes.csv` and `arcs.csv` (or `.csv.gz`), in a folder or a zip.

The columns are those of the ambulance model JEMSS: node, lon, lat, off_road_access; from_node,
to_node, t_lights_s, t_regular_s, and distance_km where it is known.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from beaconfire.roads.refusals import FILE_BYTES_MAX, TEXT_BYTES_MAX, RoadsRefused, too_large
from beaconfire_spatial.geometry import BadGeometry, LonLat, distance_m
from beaconfire_spatial.road_building import DrawnRoads
from beaconfire_spatial.road_network import NODES_MAX

ARCS_MAX: Final = 12_000_000
"""Two and a half for each node."""
LINE_MAX: Final = 10_000
"""Characters of a line: the tables have six columns of numbers."""
ARC_S_MAX: Final = 86_400.0
"""A day on one arc: nothing on a road takes longer."""
Rows = Iterator[tuple[int, dict[str, str]]]
_NODES: Final = ("node", "lon", "lat", "off_road_access")
_ARCS: Final = ("from_node", "to_node", "t_lights_s", "t_regular_s")


def read_tables(path: Path, say: Callable[[str], None]) -> DrawnRoads:
    """The roads in both tables; RoadsRefused with the table and the row of what is wrong."""
    try:
        say("reading nodes.csv")
        with _table(path, "nodes") as file:
            numbers, nodes = _nodes(_rows(file, "nodes.csv", _NODES))
        say(f"{len(nodes):,} nodes; reading arcs.csv")
        with _table(path, "arcs") as file:
            arcs = _arcs(_rows(file, "arcs.csv", _ARCS), numbers, nodes)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, UnicodeDecodeError) as error:
        said = f"{path.name} cannot be read: {str(error)[:120]}"
        raise RoadsRefused("unreadable_roads", said) from error
    return DrawnRoads(
        lon=nodes[:, 0].copy(),
        lat=nodes[:, 1].copy(),
        enters=nodes[:, 2].astype(np.uint8),
        label=np.full(len(nodes), -1, dtype=np.int32),
        tail=arcs[:, 0].astype(np.int32),
        head=arcs[:, 1].astype(np.int32),
        lights_s=arcs[:, 2].astype(np.float32),
        regular_s=arcs[:, 3].astype(np.float32),
        length_m=arcs[:, 4].astype(np.float32),
    )


def holds_tables(path: Path) -> bool:
    """Whether it is a folder, or a zip with a table of nodes inside."""
    if path.is_dir():
        return True
    if path.suffix != ".zip" or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(Path(one).name in ("nodes.csv", "nodes.csv.gz") for one in archive.namelist())


@contextmanager
def _table(path: Path, name: str) -> Generator[io.TextIOWrapper]:
    """A table's text, unpacked while it is read."""
    wanted = (f"{name}.csv", f"{name}.csv.gz")
    if path.is_dir():
        found = [path / one for one in wanted if (path / one).is_file()]
        if not found:
            raise RoadsRefused("no_roads_in_file", f"{path.name} holds no {wanted[0]}")
        if found[0].stat().st_size > FILE_BYTES_MAX:
            raise too_large(found[0].name, f"{FILE_BYTES_MAX:,} bytes")
        with found[0].open("rb") as file, _text(file, found[0].name) as text:
            yield text
        return
    with zipfile.ZipFile(path) as archive:
        inside = [one for one in archive.infolist() if Path(one.filename).name in wanted]
        if not inside:
            raise RoadsRefused("no_roads_in_file", f"{path.name} holds no {wanted[0]}")
        with archive.open(inside[0]) as file, _text(file, inside[0].filename) as text:
            yield text


def _text(file: IO[bytes], name: str) -> io.TextIOWrapper:
    # Closed by whoever reads it, as the wrapper around it is.
    plain: Any = gzip.GzipFile(fileobj=file) if name.endswith(".gz") else file
    return io.TextIOWrapper(plain, encoding="utf-8-sig", newline="")


def _rows(file: io.TextIOWrapper, name: str, columns: tuple[str, ...]) -> Rows:
    """Rows by their number in the file, the first after the heading being 2."""
    lines = _lines(file, name)
    reader = csv.DictReader(lines)
    missing = [one for one in columns if one not in (reader.fieldnames or ())]
    if missing:
        raise RoadsRefused("bad_table", f"{name} has no column {missing[0]}")
    yield from enumerate(reader, start=2)


def _lines(file: io.TextIOWrapper, name: str) -> Iterator[str]:
    """Lines of a bounded length and number of characters, however little the archive has."""
    left = TEXT_BYTES_MAX
    while line := file.readline(LINE_MAX + 1):
        left -= len(line)
        if len(line) > LINE_MAX or left < 0:
            raise too_large(f"a line or all of {name}", f"{LINE_MAX:,} and {TEXT_BYTES_MAX:,}")
        yield line


def _nodes(rows: Rows) -> tuple[dict[str, int], np.ndarray]:
    numbers: dict[str, int] = {}
    found: list[tuple[float, float, float]] = []
    for number, row in rows:
        where = f"nodes.csv row {number}"
        if row["node"] in numbers:
            raise RoadsRefused("double_node", f"{where}: node {row['node'][:20]} stands twice")
        lon, lat = _number(row, "lon", where), _number(row, "lat", where)
        try:
            LonLat(lon, lat)
        except BadGeometry as error:
            raise RoadsRefused("bad_coordinates", f"{where}: {error}") from error
        numbers[row["node"]] = len(found)
        found.append((lon, lat, float(_number(row, "off_road_access", where) != 0)))
        if len(found) > NODES_MAX:
            raise too_large("nodes.csv", f"{NODES_MAX:,} rows")
    if not found:
        raise RoadsRefused("no_roads_in_file", "nodes.csv has no rows")
    return numbers, np.array(found, dtype=np.float64)


def _arcs(rows: Rows, numbers: dict[str, int], nodes: np.ndarray) -> np.ndarray:
    found: list[tuple[int, int, float, float, float]] = []
    for number, row in rows:
        where = f"arcs.csv row {number}"
        ends = [numbers.get(row[one] or "", -1) for one in ("from_node", "to_node")]
        if min(ends) < 0:
            raise RoadsRefused("unknown_node", f"{where}: an end stands not in nodes.csv")
        lights_s, regular_s = (_number(row, one, where) for one in ("t_lights_s", "t_regular_s"))
        if not all(0 <= one <= ARC_S_MAX for one in (lights_s, regular_s)):
            raise RoadsRefused("bad_row", f"{where}: an arc takes 0 to {ARC_S_MAX:,.0f} s")
        metres = _metres(row, where, nodes[ends])
        found.append((ends[0], ends[1], lights_s, regular_s, metres))
        if len(found) > ARCS_MAX:
            raise too_large("arcs.csv", f"{ARCS_MAX:,} rows")
    if not found:
        raise RoadsRefused("no_roads_in_file", "arcs.csv has no rows")
    return np.array(found, dtype=np.float64)


def _metres(row: dict[str, str], where: str, ends: np.ndarray) -> float:
    """The length that is told, else the straight line."""
    if row.get("distance_km"):
        return max(0.0, _number(row, "distance_km", where) * 1000)
    return distance_m(LonLat(*ends[0, :2].tolist()), LonLat(*ends[1, :2].tolist()))


def _number(row: dict[str, str], column: str, where: str) -> float:
    try:
        value = float(row[column])
    except (TypeError, ValueError) as error:
        said = f"{where}: {column} is no number: {str(row[column])[:20]!r}"
        raise RoadsRefused("bad_row", said) from error
    if not np.isfinite(value):
        raise RoadsRefused("bad_row", f"{where}: {column} is no number: {value}")
    return value
