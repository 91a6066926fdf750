"""Request and answer shapes of the questions about a whole map."""

from typing import Annotated, Any, Final, Literal

from fastapi import Query
from pydantic import BaseModel, Field, WithJsonSchema

from beaconfire_platform.web.fields import Code, Label, PointIn, Strict
from beaconfire_spatial.isochrones import BANDS_MAX

WITHIN_S_MIN: Final = 60
"""Below a minute the way to the road is longer than that on it."""
WITHIN_S_MAX: Final = 3_600
"""An hour reaches a whole city; what is further is asked as a route."""
STANDS_MAX: Final = 200
"""A search of the whole city for each: one second of computing."""
CAPABILITIES_MAX: Final = 20
"""Of one unit; the longest run cards know a dozen."""
DEMAND_MAX: Final = 20_000
"""Cells with a weight of their own; a mega-city asks district by district."""
UNCOVERED_TOLD_MAX: Final = 200
"""Uncovered cells that are named for each area, the heaviest; the rest is counted."""

WithinS = Annotated[int, Field(ge=WITHIN_S_MIN, le=WITHIN_S_MAX)]
BandsAsked = Annotated[list[WithinS], Query(min_length=1, max_length=BANDS_MAX)]
"""`seconds=300&seconds=600`: one polygon each."""
ModeAsked = Literal["lights", "regular"]
_RINGS: Final = {"type": "array", "items": {"type": "array"}}
Geometry = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"enum": ["Polygon", "MultiPolygon"]},
                "coordinates": _RINGS,
            },
        }
    ),
]


class ReachedProperties(BaseModel):
    """Within how many seconds, and how many square kilometres that are."""

    within_s: int
    area_km2: float


class ReachedFeature(BaseModel):
    """The ground reached within a time, as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    properties: ReachedProperties
    geometry: Geometry


class IsochronesOut(BaseModel):
    """A GeoJSON feature collection, the shortest time first, and by which method it was found."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[ReachedFeature]
    mode: str
    method: str


class StandIn(PointIn):
    """A unit where it stands, and what it can do."""

    name: Label
    capabilities: Annotated[tuple[Code, ...], Field(max_length=CAPABILITIES_MAX)] = ()


class DemandIn(Strict):
    """How much demand a cell has: calls, people."""

    cell: Code
    weight: Annotated[float, Field(strict=True, ge=0, le=1e9, allow_inf_nan=False)]


class CoverageIn(Strict):
    """Who stands where and the target; the demand by cell, or every cell alike.

    `within` counts only the cells of one area, `level` says by which areas they are told.
    """

    stands: Annotated[list[StandIn], Field(min_length=1, max_length=STANDS_MAX)]
    seconds: Annotated[int, Field(strict=True, ge=WITHIN_S_MIN, le=WITHIN_S_MAX)]
    mode: ModeAsked = "lights"
    within: Code | None = None
    level: Code | None = None
    demand: Annotated[list[DemandIn], Field(min_length=1, max_length=DEMAND_MAX)] | None = None


class AreaCoverageOut(BaseModel):
    """How much of an area's demand is reached; the heaviest cells that are not, and how many."""

    area: str
    weight: float
    share: float
    uncovered: list[str]
    uncovered_count: int


class StandCoverageOut(BaseModel):
    """Shares of all demand that one unit reaches first, and that nobody else would reach."""

    name: str
    first_share: float
    alone_share: float


class CapabilityCoverageOut(BaseModel):
    """What the units of one capability (`*`: all of them) reach within the target."""

    capability: str
    share: float
    areas: list[AreaCoverageOut]
    stands: list[StandCoverageOut]


class CoverageOut(BaseModel):
    """Coverage by capability, over the cells of which version of the grid, by which method."""

    within_s: int
    mode: str
    method: str
    layer_version: int
    coverage: list[CapabilityCoverageOut]
