"""Request and answer shapes of the routes over layers."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import shapely
from pydantic import BaseModel, Field, WithJsonSchema

from beaconfire_geo.application.desks import IncomingLayer, Preview
from beaconfire_geo.domain.layers import AREAS_MAX, Area
from beaconfire_geo.domain.levels import Levels, Shape
from beaconfire_geo.domain.stations import StationChange
from beaconfire_platform.web.fields import Code, Label, Strict

PEOPLE_MAX: Final = 10_000_000
"""In one place; the largest cities as a whole have twice as many."""
TOLD_MAX: Final = 100
"""Of each sort of change a preview tells so many, and how many there are in all."""


class PropertiesIn(Strict):
    """What an area is: code, level, parent, names in both languages, how many people it holds.

    A station names in `body` the code of the body whose it is, and nothing else names one.
    """

    code: Code
    level: Code
    parent: Code | None = None
    name_zh: Label
    name_en: Label
    people: Annotated[int, Field(strict=True, ge=0, le=PEOPLE_MAX)] | None = None
    body: Code | None = None


_POSITION: Final = {"type": "array", "minItems": 2, "maxItems": 3, "items": {"type": "number"}}
RINGS: Final = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "array", "minItems": 4, "items": _POSITION},
}
_COORDINATES: Final = {
    "anyOf": [RINGS, {"type": "array", "minItems": 1, "items": RINGS}, _POSITION]
}
"""As the document tells it; the shape itself is read by `beaconfire_spatial.geometry`."""


class GeometryIn(Strict):
    """A GeoJSON Polygon or MultiPolygon (RFC 7946), or a Point for levels of points."""

    type: Literal["Polygon", "MultiPolygon", "Point"]
    coordinates: Annotated[list[Any], WithJsonSchema(dict(_COORDINATES))]


class FeatureIn(Strict):
    """One area as a GeoJSON feature; without a geometry where its boundary is not known."""

    type: Literal["Feature"]
    properties: PropertiesIn
    geometry: GeometryIn | None

    def geojson(self) -> dict[str, object] | None:
        """The geometry as a GeoJSON object."""
        if self.geometry is None:
            return None
        return {"type": self.geometry.type, "coordinates": self.geometry.coordinates}


class LayerIn(Strict):
    """A layer as a GeoJSON feature collection with its coordinate system named.

    `kind` says that all areas are of that kind: they then take the place of those levels alone
    that stand in the collection, and the rest of the layer stays.
    """

    type: Literal["FeatureCollection"]
    crs: Annotated[str, Field(strict=True, min_length=1, max_length=64)]
    kind: Code | None = None
    features: Annotated[list[FeatureIn], Field(min_length=1, max_length=AREAS_MAX)]

    def of(self, name: str) -> IncomingLayer:
        """The same for the layer of a name."""
        return IncomingLayer(name, self.crs, self.features, self.kind)


class LayerOut(BaseModel):
    """A version of a layer."""

    name: str
    version: int
    areas: int
    sha256: str
    released_at: datetime


class AreaOut(BaseModel):
    """One area of a layer."""

    code: str
    level: str
    path: str
    name_zh: str
    name_en: str
    geometry: dict[str, Any] | None = None
    people: int | None = None
    body: str | None = None


class AreaPage(BaseModel):
    """A page of a layer's areas at one level, with the layer's head."""

    layer: LayerOut
    items: list[AreaOut]
    next: str | None


class KindOut(BaseModel):
    """What levels are for, and the layer that they usually lie in."""

    code: str
    layer: str
    name_zh: str
    name_en: str


class LevelOut(BaseModel):
    """One level of areas; a parent's rank is smaller than that of what lies below it."""

    code: str
    kind: str
    rank: int
    name_zh: str
    name_en: str
    shape: Shape
    may_be_shapeless: bool


class PlacedInOut(BaseModel):
    """Where incidents find their place: areas of one level of one layer, and how many there are."""

    layer: str
    level: str
    cells: int


class LevelsOut(BaseModel):
    """All levels of this deployment, by kind and from the top down."""

    kinds: list[KindOut]
    levels: list[LevelOut]
    placed_in: PlacedInOut


class RenamedOut(BaseModel):
    """An area that would have other names."""

    code: str
    was_zh: str
    was_en: str
    name_zh: str
    name_en: str


class MovedOut(BaseModel):
    """An area that would lie below another parent."""

    code: str
    was: str
    path: str


class RedrawnOut(BaseModel):
    """An area that would have another shape, its middle so many metres away."""

    code: str
    moved_m: float | None


class OverlapOut(BaseModel):
    """Ground that two areas of a level claim, with a point in it."""

    code: str
    other: str
    area_m2: float
    lon: float
    lat: float


class GapOut(BaseModel):
    """Ground of a parent that no area of a level covers, with a point in it."""

    parent: str | None
    level: str
    area_m2: float
    lon: float
    lat: float


class OutsideOut(BaseModel):
    """Ground of an area that lies outside its parent, with a point in it; `share` of the area."""

    code: str
    parent: str
    area_m2: float
    share: float
    lon: float
    lat: float


class MappedStationOut(BaseModel):
    """A station: its row from 0, whose it is, and what dispatch's station of its code becomes."""

    row: int | None
    code: str
    change: StationChange
    body: str | None
    body_zh: str
    body_en: str


class PreviewOut(BaseModel):
    """What a release would change: counts of all, and the first hundred of each.

    `overlaps`: two areas of a level, below whatever parents. `gaps`: of a parent, all of it where
    no such area lies below it and some do below others of its level. `outside`: beyond the parent.
    `seams_known` is false where looking for them took too long. `stations` are told
    with whose they are, changed or not; dispatch follows them once they are released.
    """

    layer: LayerOut | None
    areas: int
    sha256: str
    counts: dict[str, int]
    added: list[str]
    removed: list[str]
    moved: list[MovedOut]
    redrawn: list[RedrawnOut]
    renamed: list[RenamedOut]
    seams_known: bool
    overlaps: list[OverlapOut]
    gaps: list[GapOut]
    outside: list[OutsideOut] = []
    stations: list[MappedStationOut] = []


def preview_out(preview: Preview) -> PreviewOut:
    """A preview as it is told."""
    changes, seams = preview.changes, preview.seams
    parts: dict[str, tuple[Any, ...]] = {
        "added": changes.added,
        "removed": changes.removed,
        "moved": changes.moved,
        "redrawn": changes.redrawn,
        "renamed": changes.renamed,
        "overlaps": seams.overlaps,
        "gaps": seams.gaps,
        "outside": seams.outside,
        "stations": tuple(preview.stations),
    }
    told = {
        name: [one if isinstance(one, str) else asdict(one) for one in part[:TOLD_MAX]]
        for name, part in parts.items()
    }
    head = None if preview.head is None else LayerOut(**preview.head.members())
    counts = {name: len(part) for name, part in parts.items()} | asdict(seams.counts)
    counts["unchanged"] = changes.unchanged
    counts |= _station_counts(preview)
    return PreviewOut.model_validate(
        told
        | {"layer": head, "areas": preview.areas, "sha256": preview.sha256, "counts": counts}
        | {"seams_known": seams.is_known}
    )


def _station_counts(preview: Preview) -> dict[str, int]:
    """How many stations are new, changed, as before, left out."""
    found = Counter(one.change for one in preview.stations)
    return {f"stations_{change}": found[change] for change in StationChange}


def levels_out(levels: Levels, placed_in: tuple[str, str, int]) -> LevelsOut:
    """All levels as they are told, and which of them incidents are placed in."""
    layer, level, cells = placed_in
    return LevelsOut(
        kinds=[KindOut(**asdict(one)) for one in levels.kinds],
        levels=[LevelOut(**asdict(one)) for one in levels.levels],
        placed_in=PlacedInOut(layer=layer, level=level, cells=cells),
    )


def area_out(area: Area) -> AreaOut:
    """An area as it is told."""
    return AreaOut(
        code=area.code,
        level=area.level,
        path=area.path,
        name_zh=area.name_zh,
        name_en=area.name_en,
        geometry=geojson_of(area),
        people=area.people,
        body=area.body,
    )


def geojson_of(area: Area) -> dict[str, Any] | None:
    """An area's shape as a GeoJSON geometry."""
    return None if area.geometry is None else dict(shapely.geometry.mapping(area.geometry))
