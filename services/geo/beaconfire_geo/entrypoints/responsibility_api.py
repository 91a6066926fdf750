"""Geo's route for who answers for a point: its cell, the way up, the response areas there."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from beaconfire_contracts.places import Point
from beaconfire_geo.application.desks import ResponseAreasDesk
from beaconfire_geo.application.ports import MapsInForce
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.responsibility import responsibility_of
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.fields import LatAsked, LonAsked, Moment
from beaconfire_platform.web.strict_json import StrictRoute


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
    every agency; where two share an edge, the lowest code stands first.
    """

    layer_version: int
    upward: list[NamedArea]
    outside_m: float | None
    response_areas: list[NamedArea]


def responsibility_routes(
    edge: Edge, maps: MapsInForce, response_areas: ResponseAreasDesk
) -> APIRouter:
    """Who answers for a point."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/responsibility")
    async def get_responsibility(
        call: Annotated[Call, edge.needs("cell.read")],
        lon: LonAsked,
        lat: LatAsked,
        at: Moment | None = None,
    ) -> ResponsibilityOut:
        """The cell at a point, the way up from it and the response areas there, also then."""
        edge.permit(call, NOWHERE)
        point = Point(lon, lat)
        grid = maps if at is None else await maps.at(at)
        found = responsibility_of(grid.find(point), grid.area)
        return ResponsibilityOut(
            layer_version=grid.version,
            upward=[_named(one) for one in found.upward],
            outside_m=found.outside_m,
            response_areas=[_named(one) for one in await response_areas.at(point, at)],
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
