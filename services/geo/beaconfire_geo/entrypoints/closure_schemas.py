"""Request and answer shapes of what is closed on the roads."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from beaconfire_contracts.vocabulary import ClosureReason
from beaconfire_geo.domain.closures import STRETCHES_MAX
from beaconfire_geo.entrypoints.layer_schemas import RINGS
from beaconfire_platform.web.fields import Id, PointIn, Prose, Strict
from beaconfire_spatial.road_closures import SLOWEST_SHARE

POINTS_MAX = 200
"""Roads pointed at one by one: more are an area."""


class AreaIn(Strict):
    """A GeoJSON Polygon of one ring (RFC 7946), at most 1,000 corners."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Any], WithJsonSchema(dict(RINGS))]


class NumberedIn(Strict):
    """Arcs by their number in the road graph of this hash."""

    roads_sha256: Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{64}$")]
    arcs: Annotated[
        list[Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]],
        Field(min_length=1, max_length=STRETCHES_MAX),
    ]


_Share = Annotated[float, Field(strict=True, ge=SLOWEST_SHARE, lt=1)]


class ClosureIn(Strict):
    """Which roads are closed, or slowed to a share of their usual speed, and why.

    The roads are those in `area`, those nearest to `points` (in all their directions), or
    `numbered`; at least one of the three.
    """

    area: AreaIn | None = None
    points: Annotated[list[PointIn], Field(max_length=POINTS_MAX)] = Field(default_factory=list)
    numbered: NumberedIn | None = None
    speed_share: Literal[0] | _Share = 0
    reason: ClosureReason
    note: Prose | None = None
    incident_id: Id | None = None


class StretchOut(BaseModel):
    """One direction of a road, by where it begins and ends."""

    tail: PointIn
    head: PointIn


class ClosureOut(BaseModel):
    """A closure: its shape, how many arcs it touches, how much of their speed is left, why."""

    id: str
    roads: str
    area: dict[str, Any] | None
    stretches: list[StretchOut]
    arcs: int
    speed_share: float
    reason: ClosureReason
    note: str | None
    path: str | None
    incident_id: str | None
    closed_at: datetime
    opened_at: datetime | None


class ClosurePage(BaseModel):
    """All closures in force, the oldest first."""

    items: list[ClosureOut]


class RoadLine(BaseModel):
    """A GeoJSON LineString from one end to the other."""

    type: Literal["LineString"] = "LineString"
    coordinates: list[tuple[float, float]]


class ClosedRoadProperties(BaseModel):
    """What is left of the usual speed; 0 is closed."""

    speed_share: float


class ClosedRoadFeature(BaseModel):
    """One road, whatever its directions: the slowest is told."""

    type: Literal["Feature"] = "Feature"
    geometry: RoadLine
    properties: ClosedRoadProperties


class ClosedRoadsOut(BaseModel):
    """All that closures take of the roads in force (RFC 7946): the first 5,000 of `roads`."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[ClosedRoadFeature]
    roads: int
    closures: int


class RoadsInForceOut(BaseModel):
    """What answers: the graph, since when, its size, by which engine, and what is closed of it."""

    name: str
    method: str
    engine: str
    version: int | None
    sha256: str | None
    released_at: datetime | None
    nodes: int
    arcs: int
    closures: int
    arcs_closed: int
    arcs_slowed: int
