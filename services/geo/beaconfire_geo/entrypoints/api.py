"""Geo's routes: cells and positions."""

from typing import Annotated

from fastapi import APIRouter, Query

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Invalid, NotFound
from beaconfire_geo.application.desks import PositionsDesk
from beaconfire_geo.application.ports import MapsInForce
from beaconfire_geo.entrypoints.layer_schemas import geojson_of
from beaconfire_geo.entrypoints.schemas import (
    CellOut,
    FixOut,
    FixPage,
    PositionsIn,
    PositionsOut,
)
from beaconfire_platform.access.allow import reach
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.positions import Fix
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.fields import Code, Id, LatAsked, LonAsked, Moment
from beaconfire_platform.web.strict_json import StrictRoute

PAGE_MAX = 500


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


def position_routes(edge: Edge, desk: PositionsDesk) -> APIRouter:
    """Positions in and out."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.post("/v1/positions", status_code=202)
    async def post_positions(
        call: Annotated[Call, edge.needs("position.write")], body: PositionsIn
    ) -> PositionsOut:
        """Take in a batch: markers move at once, history is written within a second.

        Positions are no commands: they have no idempotency key and no audit row.
        """
        for unit_id in {fix.unit_id for fix in body.fixes}:
            edge.permit(call, Resource(unit_ids=frozenset({unit_id})))
        fixes = [Fix(**fix.model_dump()) for fix in body.fixes]
        return PositionsOut(received=len(fixes), moved=desk.record(fixes))

    @router.get("/v1/positions")
    async def list_positions(
        call: Annotated[Call, edge.needs("position.read")],
        cursor: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    ) -> FixPage:
        """The latest position of each unit that the caller may see."""
        fixes = await desk.visible(
            reach(call.subject, call.action), after=cursor or "", limit=limit
        )
        following = fixes[-1].unit_id if len(fixes) == limit else None
        return FixPage(items=[_fix(fix) for fix in fixes], next=following)

    @router.get("/v1/positions/{unit_id}/track")
    async def get_track(
        call: Annotated[Call, edge.needs("position.read")],
        unit_id: Id,
        since: Moment,
        until: Moment,
    ) -> FixPage:
        """Where a unit was between two moments, oldest first, at most 5,000 fixes."""
        home = await desk.home(unit_id)
        if home is None:
            raise NotFound
        body, division = home
        edge.permit(call, Resource(path=division, owner=body, unit_ids=frozenset({unit_id})))
        if until <= since:
            raise Invalid("`until` is after `since`", pointer="/until")
        fixes = await desk.track(unit_id, since, until)
        return FixPage(items=[_fix(fix) for fix in fixes], next=None)

    return router


def _fix(fix: Fix) -> FixOut:
    return FixOut(
        unit_id=fix.unit_id,
        lon=fix.lon,
        lat=fix.lat,
        observed_at=fix.observed_at,
        accuracy_m=fix.accuracy_m,
        heading_deg=fix.heading_deg,
        speed_mps=fix.speed_mps,
    )
