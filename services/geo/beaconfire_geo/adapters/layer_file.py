"""Layers as they come in: GeoJSON features to areas, with a pointer to whatever is wrong."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import shapely
from shapely.geometry.base import BaseGeometry

from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.domain.fit import NOWHERE_YET, Box, misplaced
from beaconfire_geo.domain.layers import (
    Area,
    DraftArea,
    in_order,
    refuse_rows,
    wrong_in_tree,
    wrong_row,
)
from beaconfire_geo.domain.levels import Level, Levels, OtherKind, Shape, UnknownLevel
from beaconfire_geo.domain.stations import STATION, wrong_body, wrong_stations
from beaconfire_spatial.coordinates import (
    CoordinateSystem,
    UnknownSystem,
    WrongSystem,
    coordinate_system,
)
from beaconfire_spatial.geometry import BadGeometry, point_from_geojson, polygon_from_geojson

WRONG_POSITIONS_MAX: Final = 100_000
"""Positions of refused shapes, after which no further shape is looked at: GEOS takes half a second
for so many when they cross each other everywhere, and a body of 64 MiB would hold four million."""


class BadArea(Invalid):
    """An area's shape cannot be used."""


class UnknownCrs(Invalid):
    """There is no such coordinate system."""


class WrongCrs(Invalid):
    """An area's coordinates cannot be of the coordinate system that was named."""


class PropertiesOf(Protocol):
    """What an area is, as sent."""

    code: str
    level: str
    parent: str | None
    name_zh: str
    name_en: str
    people: int | None
    body: str | None


class FeatureOf(Protocol):
    """One area, as sent."""

    @property
    def properties(self) -> PropertiesOf:
        """Code, level, parent, names."""
        ...

    def geojson(self) -> dict[str, object] | None:
        """The geometry as a GeoJSON object, or None where it has none."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: in which coordinate system, by which levels, and as what kind.

    `bodies` are the codes that stations may name.
    """

    system: CoordinateSystem
    levels: Levels
    kind: str | None = None
    ground: Box = field(default_factory=lambda: NOWHERE_YET)
    """The bounds of the grid in force, on which all kinds of areas lie."""
    bodies: Collection[str] = ()

    @classmethod
    def of(
        cls,
        crs: str,
        levels: Levels,
        kind: str | None,
        *,
        ground: Box = NOWHERE_YET,
        bodies: Collection[str] = (),
    ) -> "Reading":
        """UnknownCrs or UnknownKind for what nobody knows."""
        system = system_of(crs)
        if kind is not None:
            levels.kind(kind)
        return cls(system, levels, kind, ground, frozenset(bodies))


def system_of(crs: str) -> CoordinateSystem:
    """The coordinate system of a name; UnknownCrs where nobody knows it."""
    try:
        return coordinate_system(crs)
    except UnknownSystem as error:
        raise UnknownCrs(str(error), pointer="/crs") from error


def areas_of(
    features: Iterable[FeatureOf | None],
    reading: Reading,
    in_force: Sequence[Area] = (),
    found: "Findings | None" = None,
) -> list[Area]:
    """The areas of a feature collection with their paths; refuses all rows that cannot be.

    As a kind, it takes the place of those levels of the map in force that stand in it; the rest of
    that map stays. A feature that is None is `found` to be wrong already; where one is, the tree
    and the bounds are not judged: others would be told to hang from it.
    """
    found = Findings() if found is None else found
    told = enumerate(features)
    drafts = [_draft(row, one, reading, found) for row, one in told if one is not None]
    if found.has_gaps:
        refuse_rows(found.wrong, rows_not_judged=found.not_judged)
    given = {one.level for one in drafts}
    stays = [] if reading.kind is None else [one for one in in_force if one.level not in given]
    whole = [*drafts, *(one.draft() for one in stays)]
    found.wrong.extend(wrong_in_tree(drafts, whole, reading.levels))
    on_ground = reading.levels.on_ground()
    found.wrong.extend(misplaced(drafts, whole, in_force, reading.ground, on_ground))
    known, count = reading.levels.by_code(), sum(one.body is not None for one in whole)
    found.wrong.extend(wrong_stations(stays, count, known, reading.bodies))
    if found.wrong:
        refuse_rows(found.wrong, rows_not_judged=found.not_judged)
    return in_order(whole)


@dataclass(slots=True)
class Findings:
    """What is wrong so far, and how much may still be spent on shapes that are."""

    wrong: list[Invalid] = field(default_factory=list[Invalid])
    has_gaps: bool = False
    """Whether a row is missing that could not be read at all."""
    rows: dict[str, int] = field(default_factory=dict[str, int])
    """Of each station its row from 0, by its code."""
    positions_left: int = WRONG_POSITIONS_MAX
    not_judged: int = 0

    def spend(self, value: dict[str, object] | None) -> None:
        """Count the positions of a shape that was refused; a nest is counted flat."""
        waiting: list[Any] = [None if value is None else value.get("coordinates")]
        while waiting and self.positions_left > 0:
            inner = [one for one in waiting.pop() or () if isinstance(one, list)]
            self.positions_left -= len(inner)
            waiting.extend(one for one in inner if one and isinstance(one[0], list))


def content_hash(areas: Sequence[Area]) -> str:
    """SHA-256 over paths, names and shapes: two releases with the same map have the same hash."""
    digest = hashlib.sha256()
    for one in areas:
        digest.update(f"{one.path}\n{one.level}\n{one.name_zh}\n{one.name_en}\n".encode())
        if one.geometry is not None:
            digest.update(shapely.to_wkb(one.geometry))
        if one.people is not None:
            digest.update(f"\n{one.people}\n".encode())
        if one.body is not None:
            digest.update(f"\nbody {one.body}\n".encode())
    return digest.hexdigest()


def _draft(row: int, feature: FeatureOf, reading: Reading, found: Findings) -> DraftArea:
    """One row as far as it can be read; what cannot is added to the findings."""
    told, value = feature.properties, feature.geojson()
    level = _level(row, told, reading, found.wrong)
    if level is not None:
        _judge_body(row, told, level, reading, found)
    geometry: BaseGeometry | None = None
    if found.positions_left > 0:
        try:
            geometry = _shape(value, level, reading.system)
        except BadGeometry as error:
            kind = WrongCrs if isinstance(error, WrongSystem) else BadArea
            found.wrong.append(wrong_row(kind, row, told.code, str(error), "/geometry"))
            found.spend(value)
    else:
        found.not_judged += 1
    return DraftArea(
        told.code, told.level, told.parent, told.name_zh, told.name_en, geometry, told.people,
        told.body,
    )  # fmt: skip


def _level(row: int, told: PropertiesOf, reading: Reading, wrong: list[Invalid]) -> Level | None:
    try:
        level = reading.levels.level(told.level)
    except UnknownLevel as error:
        wrong.append(wrong_row(UnknownLevel, row, told.code, error.detail, "/properties/level"))
        return None
    if reading.kind not in (None, level.kind):
        detail = f"a {level.code} is of the kind {level.kind}, not {reading.kind}"
        wrong.append(wrong_row(OtherKind, row, told.code, detail, "/properties/level"))
    return level


def _judge_body(
    row: int, told: PropertiesOf, level: Level, reading: Reading, found: Findings
) -> None:
    """Whose a station is must be known; nothing else is anybody's."""
    if level.kind == STATION:
        found.rows[told.code] = row
    if (wrong := wrong_body(level, told.code, told.body, reading.bodies)) is not None:
        kind, detail = wrong
        found.wrong.append(wrong_row(kind, row, told.code, detail, "/properties/body"))


def _shape(
    value: dict[str, object] | None, level: Level | None, system: CoordinateSystem
) -> BaseGeometry | None:
    convert = None if system.convert is None else system.to_wgs84
    if value is None:
        if level is None or (level.may_be_shapeless and level.kind != STATION):
            return None
        raise BadGeometry(f"a {level.code} has a shape, and this has none")
    is_point = value.get("type") == "Point" if level is None else level.shape is Shape.POINT
    if is_point:  # of an unknown level the level alone is wrong, not its shape too
        return point_from_geojson(value, convert)
    return shapely.orient_polygons(polygon_from_geojson(value, convert))
