"""Request and answer shapes of geo's routes."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from beaconfire_geo.domain.fixes import FIXES_PER_BATCH_MAX
from beaconfire_platform.web.fields import (
    Id,
    Lat,
    Lon,
    Metres,
    Moment,
    PointIn,
    Strict,
)

ENDS_MAX: Final = 100
"""By a hundred others: what one recommendation of a large city asks (10 ms of routing)."""


AREAS_NAMED_MAX: Final = 1_000
"""A district's cells in one question."""
AreaName = Annotated[str, Field(strict=True, max_length=200, pattern=r"^[A-Za-z0-9._:-]+$")]


class FixIn(Strict):
    """One observed position of a unit."""

    unit_id: Id
    lon: Lon
    lat: Lat
    observed_at: Moment
    accuracy_m: Metres | None = None
    heading_deg: Annotated[float, Field(strict=True, ge=0, lt=360)] | None = None
    speed_mps: Annotated[float, Field(strict=True, ge=0, le=400)] | None = None


class PositionsIn(Strict):
    """A batch of positions, at most 1,000."""

    fixes: Annotated[list[FixIn], Field(min_length=1, max_length=FIXES_PER_BATCH_MAX)]


class RefusedFix(BaseModel):
    """A fix that was not taken: its number from 0, its code, where it is wrong, and why."""

    row: int
    code: str
    pointer: str | None
    detail: str


class PositionsOut(BaseModel):
    """How many fixes were taken, how many markers they moved, and which were refused.

    The first hundred of the refused are told.
    """

    received: int
    moved: int
    refused: int = 0
    rows: list[RefusedFix] = []


class FixOut(BaseModel):
    """A unit's position as last observed."""

    unit_id: str
    lon: float
    lat: float
    observed_at: datetime
    accuracy_m: float | None
    heading_deg: float | None
    speed_mps: float | None


class LatestFixOut(FixOut):
    """A unit's latest position, how old it is, and whether it is too old to be relied on."""

    age_s: float
    is_stale: bool


class LatestPage(BaseModel):
    """A page of latest positions."""

    items: list[LatestFixOut]
    next: str | None


class TrackPage(BaseModel):
    """A page of a unit's track, oldest first; `next` is asked for as `cursor`."""

    items: list[FixOut]
    next: str | None


class CellOut(BaseModel):
    """The cell at a point: its code, its path and names; or the nearest one when outside."""

    cell: str | None
    path: str | None
    level: str | None
    name_zh: str | None
    name_en: str | None
    layer_version: int
    nearest_cell: str | None = None
    nearest_distance_m: float | None = None
    nearest_path: str | None = None
    also_in: list[str] = []
    """Its cells of other kinds by their paths, the smallest kind first."""
    response_areas: list[str] = []
    """Those in force now that hold the point by their codes, the smallest first."""
    label: str | None = None
    geometry: dict[str, Any] | None = None


class AreasIn(Strict):
    """Areas by their paths or codes, at most 1,000."""

    areas: Annotated[list[AreaName], Field(min_length=1, max_length=AREAS_NAMED_MAX)]


class AreaNamed(BaseModel):
    """An area of the grid as it was asked for, and its code, level, path and names."""

    asked: str
    code: str
    level: str
    path: str
    name_zh: str
    name_en: str


class AreasOut(BaseModel):
    """Areas that the grid in force has, in the order in which they were asked for."""

    layer_version: int
    items: list[AreaNamed]
    response_areas: list[str] = []
    """Which of those asked for are codes of response areas in force."""


class RoadsOut(BaseModel):
    """A released road graph."""

    name: str
    version: int
    sha256: str
    nodes: int
    arcs: int


class TravelTimesIn(Strict):
    """From where to where, at most 100 each; `mode` lights or regular."""

    sources: Annotated[list[PointIn], Field(min_length=1, max_length=ENDS_MAX)]
    targets: Annotated[list[PointIn], Field(min_length=1, max_length=ENDS_MAX)]
    mode: Literal["lights", "regular"] = "lights"


class TravelTimesOut(BaseModel):
    """Seconds from each source to each target, null where no road leads; by which method."""

    seconds: list[list[float | None]]
    method: str


class RouteIn(Strict):
    """One route, with its mode."""

    source: PointIn
    target: PointIn
    mode: Literal["lights", "regular"] = "lights"


class RouteOut(BaseModel):
    """A route's line with the seconds at each of its points, its whole time and length."""

    geometry: dict[str, Any]
    times_s: list[float]
    travel_time_s: float
    distance_m: float
    method: str
