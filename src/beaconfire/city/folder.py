"""A city as it lies in a folder: roads, stations, hospitals, fleet, parameters, calls.

The format is that of the JEMSS cities as plain tables (nodes, arcs, stations, hospitals,
ambulances, demand_250m, calls_generated, parameters.json); every table may be gzipped. Seconds,
kilometres, WGS 84.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

PRIORITIES: Final = {1: "high", 2: "med", 3: "low"}
"""As the calls name them by number, and the parameters by word."""
ROWS_MAX: Final = 5_000_000
"""More rows in one table than a large city's roads have: not a table of ours."""
MODES: Final = ("lights", "regular")
T = TypeVar("T")


class BadCity(ValueError):  # noqa: N818  (told to people as it is)
    """The folder is no city; the text names the file, the row and the reason."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where something joins the road: a node, and the kilometres off it (接入点)."""

    node: int
    off_road_km: float


@dataclass(frozen=True, slots=True)
class CityCall:
    """One call of a repetition, with all that will come of it (来电)."""

    rep: int
    number: int
    at_s: float
    priority: int
    site: Site
    on_scene_s: float
    is_transported: bool
    handover_s: float


@dataclass(frozen=True, slots=True)
class Parameters:
    """What holds for the whole city; by priority 1, 2, 3 where several stand (参数)."""

    calls_per_day: float
    share: dict[int, float]
    dispatch_delay_s: float
    target_s: dict[int, float]
    cover_s: dict[int, float]
    mode: dict[int, str]
    off_road_kmh: dict[str, float]


@dataclass(frozen=True, slots=True)
class City:
    """All of it; nodes are numbered from 0 (城市)."""

    name: str
    lon: np.ndarray
    lat: np.ndarray
    may_enter: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    seconds: dict[str, np.ndarray]
    stations: tuple[Site, ...]
    hospitals: tuple[Site, ...]
    homes: tuple[int, ...]
    """The place among the stations of each unit's home."""
    cells: np.ndarray
    """Longitude, latitude and weight of each demand cell."""
    parameters: Parameters
    calls: tuple[CityCall, ...]

    def of_rep(self, rep: int) -> list[CityCall]:
        """The calls of one repetition, in their order."""
        return [one for one in self.calls if one.rep == rep]

    @property
    def reps(self) -> tuple[int, ...]:
        """Which repetitions there are."""
        return tuple(sorted({one.rep for one in self.calls}))


def read_city(folder: Path) -> City:
    """The city in a folder; BadCity names what is wrong with it."""
    nodes = list(_rows(folder, "nodes", lambda one: (
        float(one["lon"]), float(one["lat"]), float(one["off_road_access"])
    )))  # fmt: skip
    arcs = list(_rows(folder, "arcs", lambda one: (
        int(one["from_node"]), int(one["to_node"]),
        float(one["t_lights_s"]), float(one["t_regular_s"]),
    )))  # fmt: skip
    table, ways = np.array(nodes), np.array(arcs)
    if not len(table) or not len(ways):
        raise BadCity(f"{folder.name}: no nodes or no arcs")
    ends = ways[:, :2].astype(np.int64) - 1
    if ends.min() < 0 or ends.max() >= len(table):
        raise BadCity("arcs: an arc ends at a node that is not there")
    if not np.isfinite(ways).all() or ways[:, 2:].min() < 0:
        raise BadCity("arcs: a travel time is negative or no number")
    order = {
        one: at for at, one in enumerate(_rows(folder, "stations", lambda row: int(row["station"])))
    }
    cells = _rows(folder, "demand_250m", lambda one: (
        float(one["lon"]), float(one["lat"]), float(one["weight"])
    ))  # fmt: skip
    return City(
        name=folder.resolve().name,
        lon=table[:, 0], lat=table[:, 1], may_enter=table[:, 2] > 0,
        tail=ends[:, 0], head=ends[:, 1],
        seconds={"lights": ways[:, 2], "regular": ways[:, 3]},
        stations=tuple(_rows(folder, "stations", _site)),
        hospitals=tuple(_rows(folder, "hospitals", _site)),
        homes=tuple(_rows(folder, "ambulances", lambda one: order[int(one["home_station"])])),
        cells=np.array(list(cells)),
        parameters=_parameters(folder),
        calls=tuple(_rows(folder, "calls_generated", _call)),
    )  # fmt: skip


def _rows(folder: Path, name: str, make: Callable[[Mapping[str, str]], T]) -> Iterator[T]:
    """Each row of a table as what it is; BadCity names the row that is nothing."""
    plain, packed = folder / f"{name}.csv", folder / f"{name}.csv.gz"
    try:
        with plain.open() if plain.is_file() else gzip.open(packed, "rt") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                if number > ROWS_MAX:
                    raise BadCity(f"{name}: more than {ROWS_MAX} rows")
                try:
                    yield make(row)
                except (KeyError, ValueError, TypeError) as error:
                    raise BadCity(f"{name}, row {number}: {error!r}") from error
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadCity(f"{name}: {error}") from error


def _site(row: Mapping[str, str]) -> Site:
    return Site(int(row["node"]) - 1, float(row["off_road_km"]))


def _call(row: Mapping[str, str]) -> CityCall:
    priority = int(row["priority"])
    if priority not in PRIORITIES:
        raise ValueError(f"no priority {priority}")
    return CityCall(
        int(row["rep"]), int(row["call"]), float(row["t_s"]), priority, _site(row),
        float(row["on_scene_s"]), row["transport"] == "1", float(row["handover_s"]),
    )  # fmt: skip


def _parameters(folder: Path) -> Parameters:
    try:
        told: dict[str, Any] = json.loads((folder / "parameters.json").read_text())

        def by_priority(name: str, prefix: str = "") -> dict[int, Any]:
            return {at: told[name][f"{prefix}{word}"] for at, word in PRIORITIES.items()}

        return Parameters(
            float(told["calls_per_day"]), by_priority("priority_probabilities"),
            float(told["dispatch_delay_s"]), by_priority("response_target_s"),
            by_priority("cover_time_s"), by_priority("travel_mode"),
            {one: float(told["off_road_speed_kmh"][one]) for one in MODES},
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BadCity(f"parameters.json: {error!r}") from error
