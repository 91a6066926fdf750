"""Stations of a layer: whose each is, and what a new version says of them to whoever follows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shapely.geometry.base import BaseGeometry

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts.geo import StationMapped, StationUnmapped
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_geo.domain.levels import Level
from beaconfire_geo.domain.matters import KnownBody, UnknownBody

STATION: Final = "station"
"""The kind of levels whose areas are stations, from which units respond."""
STATIONS_MAX: Final = 2_000
"""Stations of a layer: each that is new or changed is told in the transaction of the release, which
may last seconds at most (R6). The largest cities have some hundreds."""


class StationWithoutBody(Invalid):
    """A station names the body whose it is."""


class BodyOfNoStation(Invalid):
    """A station alone names a body."""


class TooManyStations(Invalid):
    """A layer has at most 2,000 stations."""


class StationChange(StrEnum):
    """What a release does to a station (站点变更)."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class StationSeen:
    """A station in a preview: its row from 0, whose it is, what would become of it (站点预览).

    Without a row it stays from before, or is left out.
    """

    row: int | None
    code: str
    change: StationChange
    body: str | None
    body_zh: str
    body_en: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else a code stands: the layer last told to have each, and other maps in force (他图).

    `in_force` has each code's station, layer and version of the other map that was released last.
    """

    owners: Mapping[str, str]
    in_force: Mapping[str, tuple["MappedStation", str, int]]


@dataclass(frozen=True, slots=True)
class MappedStation:
    """A station as a released version has it, with whatever its body said of itself (在图站点)."""

    code: str
    name_zh: str
    name_en: str
    body: KnownBody
    point: Point


def wrong_body(
    level: Level, code: str, body: str | None, bodies: Collection[str]
) -> tuple[type[Invalid], str] | None:
    """What is wrong with the body that an area names, or does not."""
    if level.kind != STATION:
        return None if body is None else (BodyOfNoStation, f"{code} is a {level.code}: no body")
    if body is None:
        return StationWithoutBody, f"{code} names no body whose it is"
    return None if body in bodies else (UnknownBody, f"{body} is no body's code")


def wrong_stations(
    stays: Sequence[Area], count: int, levels: Mapping[str, Level], bodies: Collection[str]
) -> Iterator[Invalid]:
    """What is wrong with stations that stay, and whether there are too many of them in all."""
    for one in stays:
        level = levels.get(one.level)
        wrong = None if level is None else wrong_body(level, one.code, one.body, bodies)
        if wrong is not None:
            yield wrong[0](f"{one.code} stays: {wrong[1]}", area=one.code)
    if count > STATIONS_MAX:
        yield TooManyStations(f"{count} stations, {STATIONS_MAX} at most")


def stations_seen(
    before: Sequence[Area],
    after: Sequence[Area],
    rows: Mapping[str, int],
    bodies: Sequence[KnownBody],
) -> list[StationSeen]:
    """Every station of both maps with its row, in the order of rows; those without one last."""
    known = {one.code: one for one in bodies}
    old, new = _owned(before), _owned(after)
    found = [
        _seen(
            code, rows.get(code), known.get(one.body or ""), one.body, _change(old.get(code), one)
        )
        for code, one in new.items()
    ]
    found += [
        _seen(code, None, known.get(one.body or ""), one.body, StationChange.LEFT_OUT)
        for code, one in old.items()
        if code not in new
    ]
    return sorted(found, key=lambda one: (one.row is None, one.row or 0, one.code))


def station_facts(
    head: ReleasedLayer,
    before: Mapping[str, MappedStation],
    after: Mapping[str, MappedStation],
    elsewhere: Elsewhere,
    at: datetime,
) -> Iterator[tuple[StationMapped | StationUnmapped, Scope]]:
    """What a release tells of stations: those left out, then those that are not known to be its.

    What is left out goes to another map in force that has it; none is retired that still stands.
    """
    for code in sorted(before.keys() - after.keys()):
        if elsewhere.owners.get(code, head.name) == head.name and code in elsewhere.in_force:
            yield _mapped(*elsewhere.in_force[code], at)
        else:
            yield StationUnmapped(head.name, head.version, code, at), _scope(before[code].body)
    for code in sorted(after):
        if before.get(code) != after[code] or elsewhere.owners.get(code) != head.name:
            yield _mapped(after[code], head.name, head.version, at)


def _mapped(
    one: MappedStation, layer: str, version: int, at: datetime
) -> tuple[StationMapped, Scope]:
    told = StationMapped(
        layer, version, one.code, one.name_zh, one.name_en, one.body.id, one.body.division,
        one.point, at,
    )  # fmt: skip
    return told, _scope(one.body)


def place_of(shape: BaseGeometry) -> Point:
    """Where a station is: its point, or one inside of its shape."""
    point = shape.representative_point()
    return Point(point.x, point.y)


def _owned(areas: Sequence[Area]) -> dict[str, Area]:
    return {one.code: one for one in areas if one.body is not None}


def _change(was: Area | None, one: Area) -> StationChange:
    if was is None:
        return StationChange.NEW
    return StationChange.SAME if _told(was) == _told(one) else StationChange.CHANGED


def _told(one: Area) -> tuple[object, ...]:
    place = None if one.geometry is None else place_of(one.geometry)
    return one.name_zh, one.name_en, one.body, place


def _seen(
    code: str, row: int | None, known: KnownBody | None, body: str | None, change: StationChange
) -> StationSeen:
    names = ("", "") if known is None else (known.name_zh, known.name_en)
    return StationSeen(row, code, change, body, *names)


def _scope(body: KnownBody) -> Scope:
    return Scope(owner=str(body.id), division=body.division)
