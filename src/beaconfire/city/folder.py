"""A city as it lies in a folder: roads, stations, hospitals, fleet, parameters, calls.

The format is that of the JEMSS cities as plain tables (nodes, arcs, stations, hospitals,
ambulances, demand_250m, calls_generated, parameters.json); every table may be gzipped, its columns
stand in any order. Seconds, kilometres, WGS 84. A city may do without hospitals if nobody is
brought to one, without demand cells (then every place where a call may join the road counts the
same), without one of the two modes (then it drives as in the other) and without a priority that
nobody calls with.
"""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from beaconfire.city.limits import (
    ARC_S,
    CALL_S,
    DEGREES_LAT,
    DEGREES_LON,
    DELAY_S,
    NUMBER,
    OFF_ROAD_KM,
    OFF_ROAD_KMH,
    ROADS_S,
    SERVICE_S,
    SHARE,
    TARGET_S,
    WEIGHT,
    YES_OR_NO,
    Span,
)

PRIORITIES: Final = {1: "high", 2: "med", 3: "low"}
"""As the calls name them by number, and the parameters by word."""
ROWS_MAX: Final = 5_000_000
"""More rows in one table than a large city's roads have: not a table of ours."""
ALSO: Final = {"medium": "med"}
"""A word that means one of these too."""
MODES: Final = ("lights", "regular")
LOW: Final = 3
"""It drives without lights, unless the parameters say otherwise."""
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
    nodes = _nodes(folder)
    place = _numbered("nodes", [one[0] for one in nodes])
    arcs = _some(folder, "arcs", lambda row: _arc(row, place))
    table, ways = np.array(nodes), np.array(arcs)
    _refuse_no_time(ways)
    stations = _some(folder, "stations", lambda row: (_station_of(row), _site(row, place)))
    order = _numbered("stations", [one for one, _ in stations])
    parameters = read_parameters(folder)
    hospitals = (
        list(_rows(folder, "hospitals", lambda row: _site(row, place)))
        if _has(folder, "hospitals") else []
    )  # fmt: skip
    may_enter = table[:, 3] > 0
    return City(
        name=folder.resolve().name,
        lon=table[:, 1], lat=table[:, 2], may_enter=may_enter if may_enter.any() else ~may_enter,
        tail=ways[:, 0].astype(np.int64), head=ways[:, 1].astype(np.int64),
        seconds={"lights": ways[:, 2], "regular": ways[:, 3]},
        stations=tuple(one for _, one in stations),
        hospitals=tuple(hospitals),
        homes=tuple(_some(folder, "ambulances", lambda row: _home(row, order))),
        cells=_cells(folder, table[may_enter if may_enter.any() else ~may_enter]),
        parameters=parameters,
        calls=tuple(_calls(folder, place, parameters, has_hospitals=bool(hospitals))),
    )  # fmt: skip


def _refuse_no_time(ways: np.ndarray) -> None:
    """Modes are compared by what all roads take in each."""
    for mode, taken_s in zip(MODES, ways[:, 2:].sum(axis=0), strict=True):
        if not ROADS_S.holds(taken_s):
            least = f"{ROADS_S.least:g} s at least"
            raise BadCity(f"arcs: t_{mode}_s of all rows are {taken_s:g} s: {least}")


def _some(folder: Path, name: str, make: Callable[[Mapping[str, str]], T]) -> list[T]:
    """A table that a city cannot do without."""
    found = list(_rows(folder, name, make))
    if not found:
        raise BadCity(f"{name}: no row")
    return found


def _numbered(name: str, numbers: Sequence[float]) -> dict[int, int]:
    """The place of each number; BadCity when two are the same."""
    place = {int(one): at for at, one in enumerate(numbers)}
    if len(place) < len(numbers):
        seen: set[float] = set()
        twice = next(one for one in numbers if one in seen or seen.add(one))
        raise BadCity(f"{name}: number {int(twice)} is there twice")
    return place


def _nodes(folder: Path) -> list[tuple[float, float, float, float]]:
    counter = count(1)

    def node(row: Mapping[str, str]) -> tuple[float, float, float, float]:
        number = next(counter)
        own = _whole(row, "node") if "node" in row else number
        return own, *_lon_lat(row), _number(row, "off_road_access", YES_OR_NO, 1.0)

    return _some(folder, "nodes", node)


def _lon_lat(row: Mapping[str, str]) -> tuple[float, float]:
    return _number(row, "lon", DEGREES_LON), _number(row, "lat", DEGREES_LAT)


def _arc(row: Mapping[str, str], place: Mapping[int, int]) -> tuple[float, float, float, float]:
    """Two ends and the seconds of both modes; of one that is not told, those of the other."""
    names = [f"t_{one}_s" for one in MODES]
    told = [name if name in row else names[1 - at] for at, name in enumerate(names)]
    lights_s, regular_s = (_number(row, one, ARC_S) for one in told)
    return _node(row, "from_node", place), _node(row, "to_node", place), lights_s, regular_s


def _node(row: Mapping[str, str], name: str, place: Mapping[int, int]) -> int:
    number = _whole(row, name)
    if number not in place:
        raise ValueError(f"{name} {number} is a node that is not there")
    return place[number]


def _station_of(row: Mapping[str, str]) -> int:
    return _whole(row, "station")


def _home(row: Mapping[str, str], order: Mapping[int, int]) -> int:
    home = _whole(row, "home_station")
    if home not in order:
        raise ValueError(f"home_station {home} is a station that is not there")
    return order[home]


def _cells(folder: Path, entries: np.ndarray) -> np.ndarray:
    """Demand cells, of whatever size; without them each entry of the road."""
    names = sorted({one.name.split(".")[0] for one in folder.glob("demand_*.csv*")})
    if len(names) > 1:
        raise BadCity(f"{', '.join(names)}: one table of demand at most")
    if not names:
        return np.column_stack((entries[:, 1:3], np.ones(len(entries))))
    cells = np.array(_some(folder, names[0], lambda row: (
        *_lon_lat(row), _number(row, "weight", WEIGHT)
    )))  # fmt: skip
    if not cells[:, 2].any():
        raise BadCity(f"{names[0]}: no cell has any weight")
    return cells


def _has(folder: Path, name: str) -> bool:
    return any((folder / f"{name}.csv{end}").is_file() for end in ("", ".gz"))


def _rows(folder: Path, name: str, make: Callable[[Mapping[str, str]], T]) -> Iterator[T]:
    """Each row of a table as what it is; BadCity names the row that is nothing."""
    if not _has(folder, name):
        raise BadCity(f"{name}: there is no {name}.csv or {name}.csv.gz in {folder}")
    plain, packed = folder / f"{name}.csv", folder / f"{name}.csv.gz"
    try:
        with (
            plain.open(encoding="utf-8-sig")
            if plain.is_file()
            else gzip.open(packed, "rt", encoding="utf-8-sig")
        ) as lines:
            for number, row in enumerate(csv.DictReader(lines, skipinitialspace=True), start=2):
                if number > ROWS_MAX:
                    raise BadCity(f"{name}: more than {ROWS_MAX} rows")
                try:
                    yield make(row)
                except KeyError as error:
                    raise BadCity(f"{name}, row {number}: no column {error}") from error
                except (ValueError, TypeError) as error:
                    raise BadCity(f"{name}, row {number}: {error}") from error
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as error:
        raise BadCity(f"{name}: {error}") from error


def _number(row: Mapping[str, str], name: str, within: Span, default: float | None = None) -> float:
    """A number within its limits."""
    if default is not None and name not in row:
        return default
    return within.read(name, row[name] or "left empty")


def _whole(row: Mapping[str, str], name: str) -> int:
    """A whole number; some write it as 1.0."""
    number = _number(row, name, NUMBER)
    if not number.is_integer():
        raise ValueError(f"{name} {row[name]} is no whole number")
    return int(number)


def _site(row: Mapping[str, str], place: Mapping[int, int]) -> Site:
    return Site(_node(row, "node", place), _number(row, "off_road_km", OFF_ROAD_KM, 0.0))


def _calls(
    folder: Path, place: Mapping[int, int], told: Parameters, *, has_hospitals: bool
) -> list[CityCall]:
    counter = count(1)

    def call(row: Mapping[str, str]) -> CityCall:
        number, priority = next(counter), _whole(row, "priority")
        if priority not in told.target_s:
            raise ValueError(f"no priority {priority} in parameters.json")
        is_transported = _number(row, "transport", YES_OR_NO) > 0
        if is_transported and not has_hospitals:
            raise ValueError("transport to a hospital, and the city has none")
        return CityCall(
            _whole(row, "rep") if "rep" in row else 1,
            _whole(row, "call") if "call" in row else number,
            _number(row, "t_s", CALL_S), priority, _site(row, place),
            _number(row, "on_scene_s", SERVICE_S), is_transported,
            _number(row, "handover_s", SERVICE_S) if is_transported else 0.0,
        )  # fmt: skip

    return _some(folder, "calls_generated", call)


def read_parameters(folder: Path) -> Parameters:
    """What holds for the whole city; a priority of which nothing is told may not be called with."""
    try:
        return _parameters(json.loads((folder / "parameters.json").read_text("utf-8-sig")))
    except RecursionError as error:
        raise BadCity("parameters.json: nested too deeply") from error
    except KeyError as error:
        raise BadCity(f"parameters.json: no member {error}") from error
    except (OSError, TypeError, ValueError) as error:
        raise BadCity(f"parameters.json: {error}") from error


def _parameters(told: Any) -> Parameters:
    """ValueError, KeyError and TypeError say what is wrong with them."""
    told = _members("it", told)
    target_s = _by_priority(told, "response_target_s", TARGET_S)
    if not target_s:
        raise ValueError(f"response_target_s: one at least of {', '.join(PRIORITIES.values())}")
    delay_s = DELAY_S.read("dispatch_delay_s", told["dispatch_delay_s"])
    speeds = _members("off_road_speed_kmh", told["off_road_speed_kmh"])
    modes = _in_our_words("travel_mode", told.get("travel_mode", {}))
    for one in modes.values():
        if one not in MODES:
            raise ValueError(f"travel_mode {one!s:.40}: {' or '.join(MODES)}")
    return Parameters(
        _by_priority(told, "priority_probabilities", SHARE) or dict.fromkeys(target_s, 1.0),
        delay_s, target_s,
        {one: max(1.0, target - delay_s) for one, target in target_s.items()}
        | _by_priority(told, "cover_time_s", TARGET_S),
        {one: "lights" if one < LOW else "regular" for one in target_s}
        | {at: modes[word] for at, word in PRIORITIES.items() if word in modes},
        {one: OFF_ROAD_KMH.read(f"off_road_speed_kmh {one}",
                                speeds.get(one, speeds.get(MODES[1 - at])))
         for at, one in enumerate(MODES)},
    )  # fmt: skip


def _by_priority(told: Mapping[str, Any], name: str, within: Span) -> dict[int, float]:
    """What is told of each priority, by its number."""
    values = _in_our_words(name, told[name] if name == "response_target_s" else told.get(name, {}))
    return {
        at: within.read(f"{name} {word}", values[word])
        for at, word in PRIORITIES.items()
        if word in values
    }


def _in_our_words(name: str, values: Any) -> dict[str, Any]:
    return {ALSO.get(word, word): one for word, one in _members(name, values).items()}


def _members(name: str, told: Any) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise ValueError(f"{name} is no JSON object")  # noqa: TRY004  (of what somebody wrote)
    return told
