"""Request and answer shapes of analyses that are drawn: who reaches what first, what is hot."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from beaconfire_geo.entrypoints.analysis_schemas import (
    DEMAND_MAX,
    STANDS_MAX,
    DemandIn,
    Geometry,
    ModeAsked,
    StandIn,
    WithinS,
)
from beaconfire_platform.web.fields import Code, Strict

NEIGHBOURS_M_MIN: Final = 100
NEIGHBOURS_M_MAX: Final = 10_000
"""Ten kilometres is a city: beyond it there is one spot."""
NEIGHBOURS_M: Final = 1_000.0
"""What people in a city mean by the same corner of it."""


class CoverageMapIn(Strict):
    """Who stands where, the target, and what they must be able to do; null is anything."""

    stands: Annotated[list[StandIn], Field(max_length=STANDS_MAX)]
    seconds: WithinS
    mode: ModeAsked = "lights"
    capability: Code | None = None
    within: Code | None = None


class CoverProperties(BaseModel):
    """Who is there first (null: nobody within the target), how many cells, which share of all."""

    name: str | None
    cells: int
    share: float


class CoverFeature(BaseModel):
    """The ground that one of them reaches first, as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    properties: CoverProperties
    geometry: Geometry


class CoverageMapOut(BaseModel):
    """A GeoJSON feature collection in the order of the stands, the gaps last."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[CoverFeature]
    within_s: int
    mode: str
    method: str
    layer_version: int
    share: float


class HotspotsIn(Strict):
    """How much happened in which cell, and how near cells must be to count together."""

    demand: Annotated[list[DemandIn], Field(min_length=1, max_length=DEMAND_MAX)]
    within_m: Annotated[
        float,
        Field(strict=True, ge=NEIGHBOURS_M_MIN, le=NEIGHBOURS_M_MAX, allow_inf_nan=False),
    ] = NEIGHBOURS_M


class HotProperties(BaseModel):
    """The cell, its own demand, its score Gi*, and the p value held to five false in a hundred."""

    cell: str
    weight: float
    score: float
    adjusted_p: float


class HotFeature(BaseModel):
    """A hot cell as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    properties: HotProperties
    geometry: Geometry


class HotspotsOut(BaseModel):
    """A GeoJSON feature collection, the hottest cell first; `elsewhere` is demand in no cell."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[HotFeature]
    hot_count: int
    cell_count: int
    elsewhere: float
    within_m: float
    layer_version: int
