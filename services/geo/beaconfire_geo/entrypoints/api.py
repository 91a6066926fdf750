"""Geo's routes: cells, layers, positions."""

from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Query, Response

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Invalid, NotFound
from beaconfire_geo.application.desks import LayerDesk, PositionsDesk
from beaconfire_geo.application.ports import MapsInForce
from beaconfire_geo.application.release_layer import keys, release_layer
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.entrypoints.schemas import (
    AreaOut,
    AreaPage,
    CellOut,
    FixOut,
    FixPage,
    LayerIn,
    LayerOut,
    PositionsIn,
    PositionsOut,
)
from beaconfire_platform.access.allow import reach
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.positions import Fix
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Code, Id, LatAsked, LonAsked, Moment
from beaconfire_platform.web.strict_json import StrictRoute

PAGE_MAX = 500


def area_routes(edge: Edge, maps: MapsInForce) -> APIRouter:
    """Cells."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/cells")
    async def find_cell(
        call: Annotated[Call, edge.needs("cell.read")], lon: LonAsked, lat: LatAsked
    ) -> CellOut:
        """The cell at a point with its path, or the nearest one when outside all."""
        edge.permit(call, NOWHERE)
        point = Point(lon, lat)
        found = maps.find(point)
        area = None if found.cell is None else maps.area(found.cell)
        return CellOut(
            cell=found.cell,
            path=found.path,
            level=None if area is None else area.level,
            name_zh=None if area is None else area.name_zh,
            name_en=None if area is None else area.name_en,
            layer_version=maps.version,
            nearest_cell=found.nearest_cell,
            nearest_distance_m=found.nearest_distance_m,
            label=maps.near(point),
        )

    @router.get("/v1/cells/{code}")
    async def get_cell(call: Annotated[Call, edge.needs("cell.read")], code: Code) -> CellOut:
        """One area of the grid by its code, with its shape."""
        edge.permit(call, NOWHERE)
        area = maps.area(code)
        if area is None:
            raise NotFound
        return CellOut(
            cell=area.code,
            path=area.path,
            level=area.level,
            name_zh=area.name_zh,
            name_en=area.name_en,
            layer_version=maps.version,
            geometry=_geojson(area),
        )

    return router


def layer_routes(edge: Edge, maps: MapsInForce, layers: LayerDesk, clock: Clock) -> APIRouter:
    """Layers: read, and released as a new version."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/layers/{name}")
    async def get_layer(
        call: Annotated[Call, edge.needs("layer.read")],
        name: Code,
        level: Code | None = None,
        cursor: Annotated[str, Query(max_length=400, pattern=r"^[A-Za-z0-9._:-]*$")] = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    ) -> AreaPage:
        """The head of the version in force and, with `level`, a page of that level's areas."""
        edge.permit(call, NOWHERE)
        head = await layers.newest(name)
        if head is None:
            raise NotFound
        areas = (
            []
            if level is None
            else await layers.page(name, head.version, level=level, after=cursor, limit=limit)
        )
        items = [
            AreaOut(
                code=one.code,
                level=one.level,
                path=one.path,
                name_zh=one.name_zh,
                name_en=one.name_en,
                geometry=_geojson(one),
            )
            for one in areas
        ]
        following = areas[-1].path if len(areas) == limit else None
        return AreaPage(layer=LayerOut(**head.members()), items=items, next=following)

    @router.put("/v1/layers/{name}", response_model=LayerOut)
    async def put_layer(
        call: Annotated[Call, edge.needs("layer.release")], name: Code, body: LayerIn
    ) -> Response:
        """Release a new version of a layer; the same map again changes nothing."""
        tops = _tops(body)
        for top in tops:
            edge.permit(call, top)
        command = await layers.stage(name, body.features)

        async def run(tx: Tx) -> Answer:
            head = await release_layer(
                command, layers=layers.writing(tx), facts=tx, now=clock.now()
            )
            return Answer(200, LayerOut(**head.members()), name)

        answer = await edge.command(call, run, keys=keys(command), resource=tops[0], object_id=name)
        await maps.load_grid()
        return answer

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


def _tops(body: LayerIn) -> list[Resource]:
    """Whoever releases a map must be trusted with each of its tops; one without is nobody's."""
    told = (one.properties for one in body.features)
    return [Resource(path=one.code) for one in told if one.parent is None] or [NOWHERE]


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


def _geojson(area: Area) -> dict[str, Any]:
    return dict(shapely.geometry.mapping(area.geometry))
