"""Geo's routes over layers: read, looked at before they are released, released."""

from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from beaconfire_contracts.refusals import NotFound, Refusal
from beaconfire_geo.application.desks import LayerDesk
from beaconfire_geo.application.ports import MapsInForce
from beaconfire_geo.application.release_layer import keys, release_layer
from beaconfire_geo.domain.levels import DIVISION, LEVELS_MAX, UnknownLevel
from beaconfire_geo.entrypoints.layer_schemas import (
    AreaPage,
    LayerIn,
    LayerOut,
    LevelsOut,
    PreviewOut,
    area_out,
    levels_out,
    preview_out,
)
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Code, Moment
from beaconfire_platform.web.strict_json import StrictRoute

PAGE_MAX: Final = 500
PATH_CHARACTERS_MAX: Final = LEVELS_MAX * 65
"""Of the deepest area, each code with its point."""


def layer_routes(edge: Edge, layers: LayerDesk, maps: MapsInForce) -> APIRouter:
    """Levels and layers, read."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/levels")
    async def get_levels(call: Annotated[Call, edge.needs("layer.read")]) -> LevelsOut:
        """The levels that areas may have, what each is for, and where incidents are placed."""
        edge.permit(call, NOWHERE)
        return levels_out(layers.levels, maps.placed_in)

    @router.get("/v1/layers/{name}")
    async def get_layer(
        call: Annotated[Call, edge.needs("layer.read")],
        name: Code,
        level: Code | None = None,
        at: Moment | None = None,
        cursor: Annotated[
            str, Query(max_length=PATH_CHARACTERS_MAX, pattern=r"^[A-Za-z0-9._:-]*$")
        ] = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    ) -> AreaPage:
        """The head of the version in force and, with `level`, a page of that level's areas.

        With `at`, of the version that was in force at that moment.
        """
        edge.permit(call, NOWHERE)
        head = await layers.newest(name, at)
        if head is None:
            raise NotFound
        areas = (
            []
            if level is None
            else await layers.page(name, head.version, level=level, after=cursor, limit=limit)
        )
        following = areas[-1].path if len(areas) == limit else None
        items = [area_out(one) for one in areas]
        return AreaPage(layer=LayerOut(**head.members()), items=items, next=following)

    return router


def release_routes(edge: Edge, maps: MapsInForce, layers: LayerDesk, clock: Clock) -> APIRouter:
    """Layers, looked at before and released as a new version."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.post("/v1/layers/{name}/preview")
    async def post_preview(
        call: Annotated[Call, edge.needs("layer.release")], name: Code, body: LayerIn
    ) -> PreviewOut:
        """What releasing this map would change, and where its areas leave gaps or overlap."""
        for top in await _tops(layers, maps, name, body):
            edge.permit(call, top)
        return preview_out(await layers.preview(body.of(name)))

    @router.put("/v1/layers/{name}", response_model=LayerOut)
    async def put_layer(
        call: Annotated[Call, edge.needs("layer.release")], name: Code, body: LayerIn
    ) -> Response:
        """Release a new version of a layer; the same map again changes nothing."""
        tops = await _tops(layers, maps, name, body)
        for top in tops:
            edge.permit(call, top)
        command = await layers.stage(body.of(name))

        async def run(tx: Tx) -> Answer:
            head = await release_layer(
                command,
                layers=layers.writing(tx),
                stations=layers.stations(tx),
                facts=tx,
                now=clock.now(),
            )
            return Answer(200, LayerOut(**head.members()), name)

        try:
            answer = await edge.command(
                call, run, keys=keys(command), resource=tops[0], object_id=name
            )
        except Refusal:
            await layers.drop(command)
            raise
        await maps.load_grid()
        return answer

    return router


async def _tops(layers: LayerDesk, maps: MapsInForce, name: str, body: LayerIn) -> list[Resource]:
    told = [one.properties for one in body.features]
    return await tops_of(
        layers, maps, name, [(one.code, one.level) for one in told if one.parent is None]
    )


async def tops_of(
    layers: LayerDesk, maps: MapsInForce, name: str, told: Iterable[tuple[str, str]]
) -> list[Resource]:
    """Whoever releases a map must be trusted with each of its tops, also with those it replaces.

    A top (its code and level) that is no division (a response area, a station) lies in the grid's;
    without any it is nobody's.
    """
    tops = {*told, *((one.code, one.level) for one in await layers.tops(name))}
    paths = {code if _is_division(layers, level) else maps.root_path() for code, level in tops}
    return [Resource(path=one) for one in sorted(paths, key=str)] or [NOWHERE]


def _is_division(layers: LayerDesk, level: str) -> bool:
    try:
        return layers.levels.level(level).kind == DIVISION
    except UnknownLevel:  # of its row that is told; until then its code stands for itself
        return True
