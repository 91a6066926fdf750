"""Geo's route for a point: who answers for it, which hazards are there, which places near."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel

from beaconfire_contracts.places import Point
from beaconfire_geo.application.desks import ResponseAreasDesk
from beaconfire_geo.application.ports import MapsInForce
from beaconfire_geo.application.zoning import KeyPlacesDesk, ZoneDesk
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.responsibility import responsibility_of
from beaconfire_geo.entrypoints.zone_schemas import PlaceOut, ZoneOut, place_out, zone_out
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.fields import LatAsked, LonAsked, Moment
from beaconfire_platform.web.strict_json import StrictRoute

NEAR_M_DEFAULT: Final = 500.0
"""Who must be told of a fire and may have to leave: a walk of some minutes."""
NEAR_M_MAX: Final = 5_000.0
PLACES_NEAR_MAX: Final = 50
"""In one answer: somebody reads them aloud."""
NearAsked = Annotated[float, Query(ge=0, le=NEAR_M_MAX, allow_inf_nan=False)]


class NamedArea(BaseModel):
    """An area by its code, level, path and names."""

    code: str
    level: str
    path: str
    name_zh: str
    name_en: str


class ResponsibilityOut(BaseModel):
    """Who answers for a point: the cell and all above it, nearest first.

    Outside every cell it is the nearest one, `outside_m` metres away. Response areas are those of
    every agency; where two share an edge, the lowest code stands first. Hazards are the zones in
    force that hold the point or reach it by their stand-off. Key places are those within
    `near_m` metres as the register stands now, the nearest first, 50 at most.
    """

    layer_version: int
    upward: list[NamedArea]
    outside_m: float | None
    response_areas: list[NamedArea]
    hazards: list[ZoneOut]
    key_places: list[PlaceOut]


def responsibility_routes(
    edge: Edge,
    maps: MapsInForce,
    response_areas: ResponseAreasDesk,
    *,
    zones: ZoneDesk,
    key_places: KeyPlacesDesk,
) -> APIRouter:
    """Who answers for a point."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/responsibility")
    async def get_responsibility(
        call: Annotated[Call, edge.needs("cell.read")],
        lon: LonAsked,
        lat: LatAsked,
        at: Moment | None = None,
        near_m: NearAsked = NEAR_M_DEFAULT,
    ) -> ResponsibilityOut:
        """The cell at a point, the way up, response areas and hazards, also then; places near."""
        edge.permit(call, NOWHERE)
        point = Point(lon, lat)
        grid = maps if at is None else await maps.at(at)
        found = responsibility_of(grid.find(point), grid.area)
        return ResponsibilityOut(
            layer_version=grid.version,
            upward=[_named(one) for one in found.upward],
            outside_m=found.outside_m,
            response_areas=[_named(one) for one in await response_areas.at(point, at)],
            hazards=[zone_out(one) for one in await zones.at(point, at)],
            key_places=[place_out(one) for one in await key_places.near(point, near_m)][
                :PLACES_NEAR_MAX
            ],
        )

    return router


def _named(area: Area) -> NamedArea:
    return NamedArea(
        code=area.code,
        level=area.level,
        path=area.path,
        name_zh=area.name_zh,
        name_en=area.name_en,
    )
