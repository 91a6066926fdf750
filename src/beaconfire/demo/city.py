"""A demo city as its files hold it: areas, stations, units, hospitals, roads, calls."""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from beaconfire.demo.words import words_for
from beaconfire.simulation.callers import Call

CITIES: Final = ("auckland",)
DAY_S: Final = 86_400.0


class UnknownCity(ValueError):  # noqa: N818  (told to people as it is)
    """There is no demo city of this name."""


@dataclass(frozen=True, slots=True)
class CityArea:
    """One area with its shape as a GeoJSON geometry."""

    code: str
    level: str
    parent: str | None
    name_zh: str
    name_en: str
    geometry: dict[str, Any]

    def feature(self) -> dict[str, Any]:
        """The area as `PUT /v1/layers/{name}` takes it."""
        return {
            "type": "Feature",
            "properties": {
                "code": self.code, "level": self.level, "parent": self.parent,
                "name_zh": self.name_zh, "name_en": self.name_en,
            },
            "geometry": self.geometry,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CityStation:
    """A station; `invented` where no such station stands."""

    code: str
    kind: str
    lon: float
    lat: float
    name_zh: str
    name_en: str
    invented: bool

    @property
    def shown_zh(self) -> str:
        """Its name, labelled where it is invented."""
        return f"{self.name_zh}（虚构）" if self.invented else self.name_zh

    @property
    def shown_en(self) -> str:
        """Its name, labelled where it is invented."""
        return f"{self.name_en} (invented)" if self.invented else self.name_en


@dataclass(frozen=True, slots=True)
class CityUnit:
    """A unit and its station's code."""

    call_sign: str
    kind: str
    station: str
    capabilities: tuple[str, ...]
    invented: bool


@dataclass(frozen=True, slots=True)
class CityHospital:
    """A hospital."""

    code: str
    name_zh: str
    name_en: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class City:
    """A whole demo city."""

    name: str
    code: str
    name_zh: str
    name_en: str
    zone: str
    areas: tuple[CityArea, ...]
    stations: tuple[CityStation, ...]
    units: tuple[CityUnit, ...]
    hospitals: tuple[CityHospital, ...]
    roads: bytes

    def layer(self) -> dict[str, Any]:
        """All areas as one GeoJSON layer."""
        features = [area.feature() for area in self.areas]
        return {"type": "FeatureCollection", "crs": "EPSG:4326", "features": features}

    def calls(self) -> Iterator[Call]:
        """The calls in their true order, each with the words that its caller says."""
        for number, row in enumerate(_call_rows(self.name)):
            yield Call(
                after_s=float(row["after_s"]),
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                type=row["type"],
                text=words_for(row["type"], number),
            )


def load_city(name: str) -> City:
    """The city of this name; UnknownCity when there is none."""
    if name not in CITIES:
        raise UnknownCity(f"no demo city {name}: choose one of {', '.join(CITIES)}")
    folder = _folder(name)
    told = json.loads(gzip.decompress(folder.joinpath("city.json.gz").read_bytes()))
    return City(
        name=name,
        code=told["code"],
        name_zh=told["name_zh"],
        name_en=told["name_en"],
        zone=told["zone"],
        areas=_areas(told["areas"]),
        stations=tuple(CityStation(**one) for one in told["stations"]),
        units=tuple(_unit(one) for one in told["units"]),
        hospitals=tuple(CityHospital(**one) for one in told["hospitals"]),
        roads=folder.joinpath("roads.zip").read_bytes(),
    )


def replay_length(name: str) -> timedelta:
    """How long a city's calls last until they begin again: whole days, so that hours stay hours."""
    last_s = max(float(row["after_s"]) for row in _call_rows(name))
    return timedelta(days=int(last_s // DAY_S) + 1)


def _call_rows(name: str) -> Iterator[dict[str, str]]:
    with (
        _folder(name).joinpath("calls.csv.gz").open("rb") as packed,
        gzip.open(packed, "rt", encoding="utf-8", newline="") as file,
    ):
        yield from csv.DictReader(file)


def _unit(told: dict[str, Any]) -> CityUnit:
    return CityUnit(
        call_sign=told["call_sign"],
        kind=told["kind"],
        station=told["station"],
        capabilities=tuple(told["capabilities"]),
        invented=told["invented"],
    )


def _folder(name: str) -> Traversable:
    return files("beaconfire.demo").joinpath("data", name)


def _areas(told: list[dict[str, Any]]) -> tuple[CityArea, ...]:
    """Cells and communities are squares; a district is its communities, the city its districts."""
    shapes: dict[str, list[BaseGeometry]] = {}
    boxes: dict[str, BaseGeometry] = {}
    for one in told:
        if one["level"] == "community":
            boxes[one["code"]] = shapely.box(*one["box"])
            shapes.setdefault(one["parent"], []).append(boxes[one["code"]])
        elif one["level"] == "cell":
            boxes[one["code"]] = shapely.box(*one["box"])
    districts = {code: shapely.union_all(parts) for code, parts in shapes.items()}
    whole = shapely.union_all(list(districts.values()))
    found: list[CityArea] = []
    for one in told:
        shape = boxes.get(one["code"], districts.get(one["code"], whole))
        found.append(
            CityArea(
                one["code"], one["level"], one["parent"], one["name_zh"], one["name_en"],
                json.loads(shapely.to_geojson(shape)),
            )
        )  # fmt: skip
    return tuple(found)
