"""Makes the demo city's files from the shared data; run by hand when their sources change.

    python tools/build_auckland.py SHARED_DATA_FOLDER src/beaconfire/demo/data/auckland

Everything drawn by chance is drawn from fixed seeds: the same sources give the same bytes.
"""

import csv
import gzip
import json
import math
import sys
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import iterparse

import numpy as np
from auckland_tables import (
    CALL_MIX,
    DISTRICTS,
    FIRE_STATIONS,
    HOSPITALS_ZH,
    PLACES_ZH,
    POLICE_POSTS,
    SHORT,
)
from scipy.spatial import KDTree

from beaconfire_spatial.road_network import RoadNetwork

CELL_M: Final = 250.0
COMMUNITY_CELLS: Final = 8
WEST, SOUTH = 174.40, -37.32
METRES_PER_DEGREE: Final = 111_195.0
LAT_SCALE: Final = METRES_PER_DEGREE
LON_SCALE: Final = METRES_PER_DEGREE * math.cos(math.radians(-36.9))
MAIN: Final = ("motorway", "trunk", "primary", "secondary", "tertiary")
JUNCTION_M: Final = 40.0


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """A table of the source."""
    path = folder / "jemss_auckland" / name
    opener = gzip.open if name.endswith(".gz") else open
    with opener(path, "rt", newline="") as file:
        return list(csv.DictReader(file))


def junctions(folder: Path) -> list[tuple[float, float, str]]:
    """Where two named main roads meet, and what people call it."""
    names: dict[str, set[str]] = defaultdict(set)
    at: dict[str, tuple[float, float]] = {}
    with (
        zipfile.ZipFile(folder / "jemss_auckland" / "osm_main_roads.zip") as archive,
        archive.open(archive.namelist()[0]) as file,
    ):
        for _, element in iterparse(file):  # noqa: S314  (the same file)
            if element.tag == "node":
                at[element.attrib["id"]] = (
                    float(element.attrib["lon"]), float(element.attrib["lat"]),
                )  # fmt: skip
            elif element.tag == "way":
                tags = {one.attrib["k"]: one.attrib["v"] for one in element.findall("tag")}
                if "name" in tags and tags.get("highway", "").split("_")[0] in MAIN:
                    for one in element.findall("nd"):
                        names[one.attrib["ref"]].add(short(tags["name"]))
                element.clear()
    return [
        (*at[node], " / ".join(sorted(found)[:2]))
        for node, found in sorted(names.items())
        if len(found) > 1 and node in at
    ]


def short(name: str) -> str:
    """A street's name as a queue shows it."""
    words = name.split()
    return " ".join([*words[:-1], SHORT.get(words[-1], words[-1])])


def network(folder: Path) -> RoadNetwork:
    """The road graph with the labels of its junctions."""
    nodes, arcs = rows(folder, "nodes.csv.gz"), rows(folder, "arcs.csv.gz")
    lon = np.array([float(one["lon"]) for one in nodes])
    lat = np.array([float(one["lat"]) for one in nodes])
    labels: list[str] = []
    label = np.full(len(nodes), -1, dtype=np.int32)
    tree = KDTree(np.column_stack((lon * LON_SCALE, lat * LAT_SCALE)))
    for at_lon, at_lat, text in junctions(folder):
        far, place = tree.query((at_lon * LON_SCALE, at_lat * LAT_SCALE))
        if far <= JUNCTION_M and label[place] < 0:
            label[place] = len(labels)
            labels.append(text)
    arrays = {
        "lon": lon,
        "lat": lat,
        "enters": np.array([int(one["off_road_access"]) for one in nodes], dtype=np.uint8),
        "tail": np.array([int(one["from_node"]) - 1 for one in arcs], dtype=np.int32),
        "head": np.array([int(one["to_node"]) - 1 for one in arcs], dtype=np.int32),
        "lights_s": np.array([float(one["t_lights_s"]) for one in arcs], dtype=np.float32),
        "regular_s": np.array([float(one["t_regular_s"]) for one in arcs], dtype=np.float32),
        "length_m": np.array([float(one["distance_km"]) * 1000 for one in arcs], dtype=np.float32),
        "label": label,
    }
    return RoadNetwork(arrays, labels)


def square(lon: float, lat: float) -> tuple[int, int]:
    """Column and row of the 250 m square that holds a point."""
    return (
        math.floor((lon - WEST) * LON_SCALE / CELL_M),
        math.floor((lat - SOUTH) * LAT_SCALE / CELL_M),
    )


def box(column: int, row: int, cells: int) -> list[float]:
    """West, south, east, north of a square of so many cells a side."""
    return [
        round(WEST + column * CELL_M / LON_SCALE, 6),
        round(SOUTH + row * CELL_M / LAT_SCALE, 6),
        round(WEST + (column + cells) * CELL_M / LON_SCALE, 6),
        round(SOUTH + (row + cells) * CELL_M / LAT_SCALE, 6),
    ]


def areas(folder: Path, labels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """City, districts around the stations, communities of two kilometres, cells with people."""
    stations = rows(folder, "stations.csv")
    points = [(float(one["lon"]), float(one["lat"])) for one in rows(folder, "demand_250m.csv.gz")]
    generated = rows(folder, "calls_generated.csv.gz")
    points += [(float(one["lon"]), float(one["lat"])) for one in generated]
    points += [(float(one["lon"]), float(one["lat"])) for one in stations]
    cells = sorted({square(lon, lat) for lon, lat in points})
    communities = sorted({(c // COMMUNITY_CELLS, r // COMMUNITY_CELLS) for c, r in cells})
    home = KDTree([(float(s["lon"]) * LON_SCALE, float(s["lat"]) * LAT_SCALE) for s in stations])
    district_of: dict[tuple[int, int], int] = {}
    for column, row in communities:
        corner = (column * COMMUNITY_CELLS, row * COMMUNITY_CELLS)
        west, south, east, north = box(*corner, COMMUNITY_CELLS)
        middle = ((west + east) / 2 * LON_SCALE, (south + north) / 2 * LAT_SCALE)
        district_of[(column, row)] = int(home.query(middle)[1])
    found: list[dict[str, Any]] = [
        {"code": "akl", "level": "city", "parent": None, "name_zh": "奥克兰", "name_en": "Auckland"}
    ]
    for number, (name_en, name_zh) in enumerate(DISTRICTS):
        found.append({
            "code": f"d{number + 1:02}", "level": "district", "parent": "akl",
            "name_zh": f"{name_zh}区", "name_en": f"{name_en} district",
        })  # fmt: skip
    found += community_rows(communities, district_of, labels)
    for column, row in cells:
        community = (column // COMMUNITY_CELLS, row // COMMUNITY_CELLS)
        found.append({
            "code": f"g{column:03}{row:03}", "level": "cell",
            "parent": f"c{community[0]:02}{community[1]:02}",
            "name_zh": f"{column:03}{row:03} 网格", "name_en": f"Cell {column:03}{row:03}",
            "box": box(column, row, 1),
        })  # fmt: skip
    return found


def community_rows(
    communities: list[tuple[int, int]],
    district_of: dict[tuple[int, int], int],
    labels: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Communities, named after the nearest suburb and counted where several share it."""
    tree = KDTree([(one["lon"] * LON_SCALE, one["lat"] * LAT_SCALE) for one in labels])
    used: dict[str, int] = defaultdict(int)
    found: list[dict[str, Any]] = []
    for column, row in communities:
        bounds = box(column * COMMUNITY_CELLS, row * COMMUNITY_CELLS, COMMUNITY_CELLS)
        middle = ((bounds[0] + bounds[2]) / 2 * LON_SCALE, (bounds[1] + bounds[3]) / 2 * LAT_SCALE)
        name = labels[int(tree.query(middle)[1])]["name"]
        used[name] += 1
        number = used[name]
        found.append({
            "code": f"c{column:02}{row:02}", "level": "community",
            "parent": f"d{district_of[(column, row)] + 1:02}",
            "name_zh": f"{PLACES_ZH.get(name, name)}第{number}社区",
            "name_en": f"{name} community {number}", "box": bounds,
        })  # fmt: skip
    return found


def places(folder: Path) -> list[dict[str, Any]]:
    """Suburbs and centres with both names."""
    with gzip.open(folder / "auckland_basemap" / "labels.geojson.gz") as file:
        features = json.load(file)["features"]
    return [
        {
            "name": one["properties"]["name"], "class": one["properties"]["class"],
            "lon": one["geometry"]["coordinates"][0], "lat": one["geometry"]["coordinates"][1],
        }
        for one in features
        if one["properties"]["class"] in ("centre", "suburb")
    ]  # fmt: skip


def stations_of(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Stations and their units: ambulances as in the source, the rest invented and marked so."""
    stations: list[dict[str, Any]] = []
    units: list[dict[str, Any]] = []
    named = rows(folder, "stations.csv")
    for number, one in enumerate(named):
        name_en, name_zh = DISTRICTS[number]
        stations.append({
            "code": f"AMB{number + 1:02}", "kind": "ambulance", "lon": float(one["lon"]),
            "lat": float(one["lat"]), "name_en": f"{name_en} ambulance station",
            "name_zh": f"{name_zh}急救站", "invented": False,
        })  # fmt: skip
    for number, one in enumerate(rows(folder, "ambulances.csv")):
        units.append({
            "call_sign": f"A{number + 1:02}", "kind": "ambulance",
            "station": f"AMB{int(one['home_station']):02}",
            "capabilities": ["ambulance", "als"] if number % 2 == 0 else ["ambulance"],
            "invented": False,
        })  # fmt: skip
    for number, (name_en, name_zh, lon, lat, fleet) in enumerate(FIRE_STATIONS):
        code = f"FIRE{number + 1}"
        stations.append({
            "code": code, "kind": "fire", "lon": lon, "lat": lat,
            "name_en": f"{name_en} fire station", "name_zh": f"{name_zh}消防站", "invented": True,
        })  # fmt: skip
        for call_sign, kind, capabilities in fleet:
            units.append({
                "call_sign": call_sign, "kind": kind, "station": code,
                "capabilities": capabilities, "invented": True,
            })  # fmt: skip
    for number, (name_en, name_zh, lon, lat, cars) in enumerate(POLICE_POSTS):
        code = f"POL{number + 1}"
        stations.append({
            "code": code, "kind": "police", "lon": lon, "lat": lat,
            "name_en": f"{name_en} police post", "name_zh": f"{name_zh}警务站", "invented": True,
        })  # fmt: skip
        units.extend(
            {
                "call_sign": call_sign, "kind": "police", "station": code,
                "capabilities": ["police"], "invented": True,
            }
            for call_sign in cars
        )  # fmt: skip
    return stations, units


def calls(folder: Path) -> list[tuple[float, float, float, str]]:
    """One rep's calls with kinds of the EMS mix, and fire and traffic calls beside them.

    Places of the latter are drawn from the former's: where people are, calls are.
    """
    chance = np.random.Generator(np.random.PCG64(20_261_124))
    medical = [
        (float(one["t_s"]), float(one["lon"]), float(one["lat"]))
        for one in rows(folder, "calls_generated.csv.gz")
        if one["rep"] == "1"
    ]
    span_s = max(one[0] for one in medical)
    found = [(*one, pick(chance, "EMS")) for one in medical]
    for service, frequency in (("Fire", 928), ("Traffic", 2466)):
        count = round(len(medical) * frequency / 3151)
        for at_s in np.sort(chance.uniform(0, span_s, count)):
            _, lon, lat = medical[int(chance.integers(len(medical)))]
            east, north = chance.normal(0, 400, 2)
            found.append((
                float(at_s), lon + east / LON_SCALE, lat + north / LAT_SCALE,
                pick(chance, service),
            ))  # fmt: skip
    return sorted(found)


def pick(chance: np.random.Generator, service: str) -> str:
    """A type by the frequencies of Montgomery's natures."""
    types, weights = zip(*CALL_MIX[service], strict=True)
    shares = np.array(weights, dtype=float)
    return str(chance.choice(types, p=shares / shares.sum()))


def main(folder: Path, out: Path) -> None:
    """Write every file."""
    out.mkdir(parents=True, exist_ok=True)
    labels = places(folder)
    stations, units = stations_of(folder)
    roads = network(folder)
    (out / "roads.zip").write_bytes(roads.to_bytes())
    hospitals = [
        {
            "code": f"H{one['hospital']}", "name_en": one["name"],
            "name_zh": HOSPITALS_ZH[one["name"]], "lon": float(one["lon"]),
            "lat": float(one["lat"]),
        }
        for one in rows(folder, "hospitals.csv")
    ]  # fmt: skip
    city: dict[str, Any] = {
        "code": "akl", "name_en": "Auckland", "name_zh": "奥克兰", "zone": "Pacific/Auckland",
        "areas": areas(folder, labels), "stations": stations, "units": units,
        "hospitals": hospitals, "places": labels,
    }  # fmt: skip
    text = json.dumps(city, ensure_ascii=False, separators=(",", ":")).encode()
    (out / "city.json.gz").write_bytes(gzip.compress(text, 9, mtime=0))
    lines = ["after_s,lon,lat,type"]
    lines += [f"{t:.1f},{lon:.5f},{lat:.5f},{kind}" for t, lon, lat, kind in calls(folder)]
    (out / "calls.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    counts: dict[str, int] = defaultdict(int)
    for one in city["areas"]:
        counts[one["level"]] += 1
    sys.stdout.write(
        f"{roads.node_count} nodes, {roads.arc_count} arcs, {len(roads.labels)} junctions, "
        f"{dict(counts)}, {len(units)} units, {len(lines) - 1} calls\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
