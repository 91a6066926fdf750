"""Calls with the minutes to them from every station and hospital, played as a city.

The table is that of the calls of Washington DC (AmbulanceDeployment.jl, `test/*_calls.csv`): a row
a call with the seconds since the one before, and `stn1_min …`, `hosp1_min …`. Roads are not in it.
Here each time is a road of its own, cut into pieces, so that who is turned round drives back the
way it came. Times back (to a station, from a hospital) are not in the table: they are those of the
way out, or longer where a way round by them would be shorter than a time that is. The places have
no coordinates either; each stands at a number of its own, by which nothing is measured.
"""

import csv
import gzip
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from beaconfire.city.folder import ROWS_MAX, BadCity, City, CityCall, Parameters, Site
from beaconfire.city.limits import GAP_S, TIMED_MIN, Span

PIECE_S: Final = 30.0
"""A unit under way may turn off this often."""
TOGETHER_S: Final = 2.0
"""Calls of one cell that come one so soon after the other are of one surge."""
SURGE_MIN: Final = 5
NOTHING: Final = ("", "NA", None)
DEGREE: Final = 1e-3
"""Between the numbers of two places."""


@dataclass(frozen=True, slots=True)
class TimedCalls:
    """Calls and true times, seconds (来电与行车时间)."""

    at_s: np.ndarray
    stations_s: np.ndarray
    """To each call (row) from each station (column)."""
    hospitals_s: np.ndarray
    surge: range
    """The rows of the longest surge."""

    def place_of(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows that stand for each place, and the place of each row: alike in all times."""
        both = np.column_stack((self.stations_s, self.hospitals_s))
        _, first, place = np.unique(both, axis=0, return_index=True, return_inverse=True)
        return first, place.reshape(-1)


def read_timed_calls(file: Path) -> TimedCalls:
    """The calls of a file; BadCity names the row and the reason."""
    try:
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8-sig") as rows:
            table = csv.DictReader(rows)
            told = list(zip(range(ROWS_MAX), table, strict=False))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as error:
        raise BadCity(f"{file.name}: {error}") from error
    lines = [row for _, row in told]
    if not lines:
        raise BadCity(f"{file.name}: no row")
    stations = _columns(lines, "stn")
    if not stations:
        raise BadCity(f"{file.name}: no column stn1_min")
    at_s = np.cumsum(_numbers(file, lines, ["interarrival_seconds"], GAP_S)[:, 0])
    return TimedCalls(
        at_s,
        60.0 * _numbers(file, lines, stations, TIMED_MIN),
        60.0 * _numbers(file, lines, _columns(lines, "hosp"), TIMED_MIN),
        _surge(file, at_s, [row.get("neighborhood") or "" for row in lines]),
    )


def _columns(lines: Sequence[Mapping[str, Any]], start: str) -> list[str]:
    """The columns of a kind that hold anything; a place of which no time is known is left out."""
    names = [one for one in lines[0] if one and one.startswith(start) and one.endswith("_min")]
    return [one for one in names if any(row[one] not in NOTHING for row in lines)]


def _numbers(
    file: Path, lines: Sequence[Mapping[str, Any]], names: Sequence[str], within: Span
) -> np.ndarray:
    found = np.zeros((len(lines), len(names)))
    for number, row in enumerate(lines):
        for column, name in enumerate(names):
            try:
                found[number, column] = within.read(name, row[name])
            except KeyError as error:
                raise BadCity(f"{file.name}, row {number + 2}: no column {error}") from error
            except ValueError as error:
                raise BadCity(f"{file.name}, row {number + 2}: {error}") from error
    return found


def _surge(file: Path, at_s: np.ndarray, cells: Sequence[str]) -> range:
    """The longest run of calls of one cell, one soon after the other."""
    runs, began = list[range](), 0
    for row in range(1, len(cells) + 1):
        if (
            row == len(cells)
            or cells[row] != cells[began]
            or at_s[row] - at_s[row - 1] > TOGETHER_S
        ):
            runs.append(range(began, row))
            began = row
    longest = max(runs, key=len)
    if len(longest) < SURGE_MIN:
        raise BadCity(f"{file.name}: no {SURGE_MIN} calls of one cell one upon the other")
    return longest


@dataclass(slots=True)
class _Roads:
    """Nodes and arcs as they are laid."""

    nodes: int
    tail: list[int] = field(default_factory=list[int])
    head: list[int] = field(default_factory=list[int])
    seconds: list[float] = field(default_factory=list[float])

    def lay(self, start: int, end: int, out_s: float, back_s: float) -> None:
        """A road of so many seconds out and back, in pieces."""
        pieces = max(1, math.ceil(max(out_s, back_s) / PIECE_S))
        stops = [start, *range(self.nodes, self.nodes + pieces - 1), end]
        self.nodes += pieces - 1
        for one, other in pairwise(stops):
            self.tail += [one, other]
            self.head += [other, one]
            self.seconds += [out_s / pieces, back_s / pieces]


def ways_back(stations_s: np.ndarray, hospitals_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From each place (row) to each station, and to each place from each hospital (columns).

    `stations_s`: to each place from each station; `hospitals_s`: from each place to each hospital.
    """
    by_place = (stations_s[:, :, None] + hospitals_s[:, None, :]).min(axis=0)  # station, hospital
    apart = (stations_s[:, :, None] - stations_s[:, None, :]).max(axis=0)  # from one, from another
    to_station = stations_s.copy()
    for other in range(stations_s.shape[1]):
        np.maximum(to_station, apart[other][None, :] - stations_s[:, [other]], out=to_station)
    from_hospital = hospitals_s.copy()
    if hospitals_s.shape[1]:
        longest = (hospitals_s[:, None, :] - by_place[None, :, :]).max(axis=2)
        np.maximum(to_station, longest, out=to_station)
        longest = (stations_s[:, :, None] - by_place[None, :, :]).max(axis=1)
        np.maximum(from_hospital, longest, out=from_hospital)
        apart = (hospitals_s[:, :, None] - hospitals_s[:, None, :]).max(axis=0)
        for other in range(hospitals_s.shape[1]):
            np.maximum(
                from_hospital, apart[other][None, :] - hospitals_s[:, [other]], out=from_hospital
            )
    return to_station, from_hospital


def as_city(told: TimedCalls, fleet: int, parameters: Parameters, name: str) -> City:
    """A city without calls; all units stand at the first station until they are placed."""
    first, place = told.place_of()
    stations, hospitals = told.stations_s.shape[1], told.hospitals_s.shape[1]
    bases = stations + hospitals
    roads = _Roads(bases + len(first))
    there_s, onward_s = told.stations_s[first], told.hospitals_s[first]
    to_station_s, from_hospital_s = ways_back(there_s, onward_s)
    for (at, base), seconds in np.ndenumerate(there_s):
        roads.lay(base, bases + at, float(seconds), float(to_station_s[at, base]))
    for (at, base), seconds in np.ndenumerate(onward_s):
        hospital = stations + base
        roads.lay(bases + at, hospital, float(seconds), float(from_hospital_s[at, base]))
    lon = np.zeros(roads.nodes)
    lon[: bases + len(first)] = DEGREE * np.arange(bases + len(first))
    may_enter = np.zeros(roads.nodes, dtype=bool)
    may_enter[bases : bases + len(first)] = True
    plain = np.ones(len(place), dtype=bool)
    plain[told.surge] = False
    calls_at = np.bincount(place[plain], minlength=len(first)).astype(float)
    taken = np.array(roads.seconds)
    return City(
        name=name, lon=lon, lat=np.zeros(roads.nodes), may_enter=may_enter,
        tail=np.array(roads.tail), head=np.array(roads.head),
        seconds={"lights": taken, "regular": taken},
        stations=tuple(Site(one, 0.0) for one in range(stations)),
        hospitals=tuple(Site(one, 0.0) for one in range(stations, bases)),
        homes=(0,) * fleet,
        cells=np.column_stack((lon[may_enter], np.zeros(len(first)), calls_at)),
        parameters=parameters, calls=(),
    )  # fmt: skip


def with_calls(city: City, told: TimedCalls, calls: Sequence[CityCall]) -> City:
    """The same with calls, each at its place."""
    _, place = told.place_of()
    bases = told.stations_s.shape[1] + told.hospitals_s.shape[1]
    return replace(city, calls=tuple(
        replace(one, site=Site(bases + int(place[one.number]), 0.0)) for one in calls
    ))  # fmt: skip
