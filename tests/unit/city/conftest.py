"""A small city made for the tests: a grid of roads, two stations, a hospital, two days of calls."""

import csv
import json
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from beaconfire.city.folder import City, read_city
from beaconfire.city.trips import CityRoads

SIDE = 5
PIECES = 3
"""Each street of the grid is cut into so many pieces."""
LON, LAT, STEP = 174.7, -36.9, 0.01


def write(folder: Path, name: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with (folder / f"{name}.csv").open("w", newline="") as out:
        csv.writer(out).writerows([header, *rows])


class Streets:
    """Nodes and arcs of a grid; every street is cut into pieces."""

    def __init__(self) -> None:
        self.nodes = [(LON + x * STEP, LAT + y * STEP, 1) for y in range(SIDE) for x in range(SIDE)]
        self.arcs: list[tuple[int, int, float, float]] = []

    def street(self, start: int, end: int, seconds: float, *, both: bool = True) -> None:
        """From one junction to the next, and back."""
        nodes, stops = self.nodes, [start]
        for piece in range(1, PIECES):
            share = piece / PIECES
            lon, lat = (nodes[start][at] * (1 - share) + nodes[end][at] * share for at in (0, 1))
            nodes.append((lon, lat, 1))
            stops.append(len(nodes) - 1)
        for one, other in pairwise([*stops, end]):
            self.arcs.append((one + 1, other + 1, seconds, seconds * 1.4))
            if both:
                self.arcs.append((other + 1, one + 1, seconds, seconds * 1.4))


def lay_roads(folder: Path) -> None:
    """Streets both ways but for the first."""
    made = Streets()
    for here in range(SIDE * SIDE):
        x, y = here % SIDE, here // SIDE
        if x + 1 < SIDE:
            made.street(here, here + 1, 20.0 + y, both=here != 0)
        if y + 1 < SIDE:
            made.street(here, here + SIDE, 25.0 + x)
    write(
        folder, "nodes", ["node", "lon", "lat", "off_road_access"],
        [(number, *one) for number, one in enumerate(made.nodes, start=1)],
    )  # fmt: skip
    write(
        folder, "arcs", ["arc", "from_node", "to_node", "t_lights_s", "t_regular_s"],
        [(number, *one) for number, one in enumerate(made.arcs, start=1)],
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The city's folder."""
    lay_roads(tmp_path)
    site = ["lon", "lat", "node", "off_road_km"]
    write(tmp_path, "stations", ["station", *site], [
        (4, LON, LAT, 1, 0.1), (9, LON + 4 * STEP, LAT + 4 * STEP, SIDE * SIDE, 0.1),
    ])  # fmt: skip
    write(tmp_path, "hospitals", ["hospital", *site], [(1, LON, LAT, SIDE * SIDE // 2 + 1, 0.05)])
    write(tmp_path, "ambulances", ["ambulance", "home_station"], [(1, 4), (2, 9), (3, 9)])
    write(tmp_path, "demand_250m", ["cell", "lon", "lat", "weight"], [
        (at, LON + x * STEP, LAT + y * STEP, 1 / 25)
        for at, (x, y) in enumerate((x, y) for x in range(5) for y in range(5))
    ])  # fmt: skip
    chance = random.Random(7)
    calls: list[tuple[Any, ...]] = []
    for rep in (1, 2, 3):
        at_s = 0.0
        for number in range(1, 161):
            at_s += chance.expovariate(1 / 1_000)
            node = chance.randrange(1, SIDE * SIDE + 1)
            calls.append((
                rep, number, round(at_s, 2), chance.choice([1, 1, 2, 3]), LON, LAT, node, 0.05,
                round(chance.expovariate(1 / 700), 1), chance.choice("01"),
                round(chance.expovariate(1 / 400), 1),
            ))  # fmt: skip
    write(tmp_path, "calls_generated", [
        "rep", "call", "t_s", "priority", "lon", "lat", "node", "off_road_km", "on_scene_s",
        "transport", "handover_s",
    ], calls)  # fmt: skip
    by = {"high": 240, "med": 240, "low": 600}
    (tmp_path / "parameters.json").write_text(
        json.dumps({
            "calls_per_day": 86.4,
            "priority_probabilities": {"high": 0.5, "med": 0.25, "low": 0.25},
            "dispatch_delay_s": 50.0, "response_target_s": by, "cover_time_s": by,
            "off_road_speed_kmh": {"lights": 40.0, "regular": 30.0},
            "travel_mode": {"high": "lights", "med": "lights", "low": "regular"},
        })
    )  # fmt: skip
    return tmp_path


@pytest.fixture
def city(folder: Path) -> City:
    """The same, read."""
    return read_city(folder)


@pytest.fixture
def roads(city: City) -> CityRoads:
    """Its travel times."""
    return CityRoads(city)
