"""Geo's routes of the grid: the cell at a point, a cell by its code."""

from typing import Annotated

from fastapi import APIRouter

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.application.ports import MapsInForce
from beaconfire_geo.entrypoints.layer_schemas import geojson_of
from beaconfire_geo.entrypoints.schemas import AreaNamed, AreasIn, AreasOut, CellOut
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.fields import Code, LatAsked, LonAsked, Moment
from beaconfire_platform.web.strict_json import StrictRoute


def area_routes(edge: Edge, maps: MapsInForce) -> APIRouter:
    """Cells."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/cells")
    async def find_cell(
        call: Annotated[Call, edge.needs("cell.read")],
        lon: LonAsked,
        lat: LatAsked,
        at: Moment | None = None,
    ) -> CellOut:
        """The cell at a point with its path, or the nearest one when outside all.

        With `at`, by the version of the grid that was in force at that moment.
        """
        edge.permit(call, NOWHERE)
        point = Point(lon, lat)
        grid = maps if at is None else await maps.at(at)
        found = grid.find(point)
        area = None if found.cell is None else grid.area(found.cell)
        near = None if found.nearest_cell is None else grid.area(found.nearest_cell)
        return CellOut(
            cell=found.cell,
            path=found.path,
            level=None if area is None else area.level,
            name_zh=None if area is None else area.name_zh,
            name_en=None if area is None else area.name_en,
            layer_version=grid.version,
            nearest_cell=found.nearest_cell,
            nearest_distance_m=found.nearest_distance_m,
            nearest_path=None if near is None else near.path,
            also_in=list(found.also_in),
            response_areas=list(found.response_areas),
            label=maps.near(point),
        )

    @router.get("/v1/cells/{code}")
    async def get_cell(
        call: Annotated[Call, edge.needs("cell.read")], code: Code, at: Moment | None = None
    ) -> CellOut:
        """One area of the grid by its code, with its shape; `at` as above."""
        edge.permit(call, NOWHERE)
        grid = maps if at is None else await maps.at(at)
        area = grid.area(code)
        if area is None:
            raise NotFound
        return CellOut(
            cell=area.code,
            path=area.path,
            level=area.level,
            name_zh=area.name_zh,
            name_en=area.name_en,
            layer_version=grid.version,
            geometry=geojson_of(area),
        )

    return router


def naming_routes(edge: Edge, maps: MapsInForce) -> APIRouter:
    """What areas are called."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.post("/v1/areas")
    async def post_areas(call: Annotated[Call, edge.needs("cell.read")], body: AreasIn) -> AreasOut:
        """What areas of the grid in force are called, each asked for by its path or its code.

        What the grid does not have is left out; codes of response areas in force stand beside.
        """
        edge.permit(call, NOWHERE)
        found = [(asked, maps.area(asked.rpartition(".")[2])) for asked in body.areas]
        return AreasOut(
            layer_version=maps.version,
            items=[
                AreaNamed(
                    asked=asked,
                    code=area.code,
                    level=area.level,
                    path=area.path,
                    name_zh=area.name_zh,
                    name_en=area.name_en,
                )
                for asked, area in found
                if area is not None and asked in (area.path, area.code)
            ],
            response_areas=sorted(maps.response_areas(body.areas)),
        )

    return router
