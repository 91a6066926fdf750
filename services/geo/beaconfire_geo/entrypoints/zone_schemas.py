"""Request and answer shapes of the routes over hazard zones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import ZoneKind, ZoneSeverity
from beaconfire_geo.application.zoning import (
    DrawnEdge,
    NearPlace,
    UnitVisit,
    ZoneEdge,
    ZoneInside,
)
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.zones import (
    RADIUS_M_MAX,
    RADIUS_M_MIN,
    STAND_OFF_M_MAX,
    HazardZone,
    ZonePlan,
    ZoneState,
)
from beaconfire_geo.entrypoints.closure_schemas import AreaIn
from beaconfire_geo.entrypoints.layer_schemas import RINGS
from beaconfire_platform.web.fields import Id, Label, Moment, PointIn, Prose, Strict
from beaconfire_spatial.road_closures import SLOWEST_SHARE

IMPORTED_MAX = 100
"""Zones of one file: they come into force together, in one short transaction."""
_Radius = Annotated[
    float, Field(strict=True, ge=RADIUS_M_MIN, le=RADIUS_M_MAX, allow_inf_nan=False)
]
_StandOff = Annotated[float, Field(strict=True, ge=0, le=STAND_OFF_M_MAX, allow_inf_nan=False)]
_Share = Annotated[float, Field(strict=True, ge=SLOWEST_SHARE, lt=1)]
_COORDINATES = {"anyOf": [RINGS, {"type": "array", "items": {"type": "number"}}]}


class PlanIn(Strict):
    """What threatens and how gravely, how far to stay away, what it does to roads, until when.

    Of the usual speed on roads inside `speed_share` is left: 0 closes them, null leaves them alone.
    """

    kind: ZoneKind
    severity: ZoneSeverity
    name: Label
    stand_off_m: _StandOff = 0.0
    speed_share: Literal[0] | _Share | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    note: Prose | None = None

    def plan(self, edge: DrawnEdge) -> ZonePlan:
        """The same on the map."""
        return ZonePlan(
            self.kind, self.severity, self.name, edge.ring, edge.centre, edge.radius_m,
            self.stand_off_m, self.speed_share, self.starts_at, self.ends_at, self.note,
        )  # fmt: skip


class ZoneIn(PlanIn):
    """A hazard zone: an `area`, or a circle of `radius_m` around `centre`."""

    area: AreaIn | None = None
    centre: PointIn | None = None
    radius_m: _Radius | None = None
    incident_id: Id | None = None

    def edge(self) -> ZoneEdge:
        """Where it is to be."""
        return ZoneEdge(
            None if self.area is None else self.area.model_dump(),
            None if self.centre is None else Point(self.centre.lon, self.centre.lat),
            self.radius_m,
        )

    def incident(self) -> IncidentId | None:
        """Because of which incident."""
        return None if self.incident_id is None else IncidentId(self.incident_id)


class ZoneChangeIn(ZoneIn):
    """All of a zone anew, made from what it said in `version`; its incident stays."""

    version: Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]


class ZonePropertiesIn(PlanIn):
    """A zone of a file; a Point has its radius here."""

    radius_m: _Radius | None = None


class ZoneGeometryIn(Strict):
    """A GeoJSON Polygon of one ring, or the Point in the middle of a circle."""

    type: Literal["Polygon", "Point"]
    coordinates: Annotated[list[Any], WithJsonSchema(dict(_COORDINATES))]


class ZoneFeatureIn(Strict):
    """One zone as a GeoJSON feature."""

    type: Literal["Feature"]
    properties: ZonePropertiesIn
    geometry: ZoneGeometryIn

    def edge(self, crs: str) -> ZoneEdge:
        """Where it is to be, in a coordinate system that is named."""
        return ZoneEdge(self.geometry.model_dump(), None, self.properties.radius_m, crs)


class ZonesIn(Strict):
    """Zones as a GeoJSON feature collection with its coordinate system named; all or none."""

    type: Literal["FeatureCollection"]
    crs: Annotated[str, Field(strict=True, min_length=1, max_length=64)]
    features: Annotated[list[ZoneFeatureIn], Field(min_length=1, max_length=IMPORTED_MAX)]
    incident_id: Id | None = None


class ZoneOut(BaseModel):
    """A zone as it stands: its newest version, since when, until when."""

    id: str
    version: int
    state: ZoneState
    kind: ZoneKind
    severity: ZoneSeverity
    name: str
    area: dict[str, Any]
    centre: PointIn | None
    radius_m: float | None
    stand_off_m: float
    speed_share: float | None
    note: str | None
    path: str | None
    incident_id: str | None
    declared_at: datetime
    changed_at: datetime
    starts_at: datetime | None
    ends_at: datetime | None
    begun_at: datetime | None
    lifted_at: datetime | None
    expired: bool
    closure_id: str | None


class CellNamed(BaseModel):
    """A cell by its code, its path and its names."""

    code: str
    path: str
    name_zh: str
    name_en: str


class PlaceOut(BaseModel):
    """A place where people are: its kind, its names, how many it holds, how far away."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    people: int | None
    lon: float
    lat: float
    distance_m: float


class InsideOut(BaseModel):
    """What a zone and its stand-off hold: at most 200 of each are named, all are counted.

    Cells and road arcs are those that the zone itself touches; units are those that you may see.
    """

    cells: list[CellNamed]
    cell_count: int
    places: list[PlaceOut]
    place_count: int
    people: int
    arcs: int
    unit_ids: list[str]


class ZoneDetail(BaseModel):
    """A zone with what is inside at this moment."""

    zone: ZoneOut
    inside: InsideOut


class ZonePage(BaseModel):
    """All zones planned or in force, the oldest first; at most 200 are."""

    items: list[ZoneOut]


class ZoneVersions(BaseModel):
    """A zone with what is inside at this moment, and all that it ever said, the oldest first."""

    zone: ZoneOut
    inside: InsideOut
    versions: list[ZoneOut]


class WarningOut(BaseModel):
    """A unit in a zone: warned by its newest position, entered once that is settled."""

    unit_id: str
    warned_at: datetime | None
    entered_at: datetime | None
    zone: ZoneOut


class WarningPage(BaseModel):
    """Units in zones in force, of those that you may see."""

    items: list[WarningOut]


def zone_out(zone: HazardZone) -> ZoneOut:
    """A zone as it is told."""
    plan = zone.plan
    ring = [[one.lon, one.lat] for one in plan.ring]
    centre = None if plan.centre is None else PointIn(lon=plan.centre.lon, lat=plan.centre.lat)
    return ZoneOut(
        id=zone.zone_id, version=zone.version, state=zone.state, kind=plan.kind,
        severity=plan.severity, name=plan.name, area={"type": "Polygon", "coordinates": [ring]},
        centre=centre, radius_m=plan.radius_m, stand_off_m=plan.stand_off_m,
        speed_share=plan.speed_share, note=plan.note, path=zone.path,
        incident_id=zone.incident_id, declared_at=zone.declared_at, changed_at=zone.changed_at,
        starts_at=plan.starts_at, ends_at=plan.ends_at, begun_at=zone.begun_at,
        lifted_at=zone.lifted_at, expired=zone.expired, closure_id=zone.closure_id,
    )  # fmt: skip


def inside_out(inside: ZoneInside) -> InsideOut:
    """What is inside as it is told."""
    return InsideOut(
        cells=[_cell(one) for one in inside.cells],
        cell_count=inside.cell_count,
        places=[place_out(one) for one in inside.places],
        place_count=inside.place_count,
        people=inside.people,
        arcs=inside.arcs,
        unit_ids=list(inside.unit_ids),
    )


def place_out(near: NearPlace) -> PlaceOut:
    """A place where people are, as it is told."""
    place = near.place
    at = place.geometry.centroid if place.geometry is not None else None
    return PlaceOut(
        code=place.code, kind=place.level, name_zh=place.name_zh, name_en=place.name_en,
        people=place.people, lon=at.x if at else 0.0, lat=at.y if at else 0.0,
        distance_m=near.distance_m,
    )  # fmt: skip


def warnings_out(visits: Sequence[UnitVisit]) -> WarningPage:
    """Who is in which zone, as it is told."""
    return WarningPage(
        items=[
            WarningOut(
                unit_id=one.unit_id, warned_at=one.visit.warned_at,
                entered_at=one.visit.entered_at, zone=zone_out(one.zone),
            )
            for one in visits
        ]
    )  # fmt: skip


def _cell(area: Area) -> CellNamed:
    return CellNamed(code=area.code, path=area.path, name_zh=area.name_zh, name_en=area.name_en)
