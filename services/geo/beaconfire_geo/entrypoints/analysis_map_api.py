"""Geo's routes for analyses that are drawn: coverage as shapes, hotspots of what happened."""

from typing import Annotated

from fastapi import APIRouter

from beaconfire_geo.application.analysis import AnalysisDesk, CoverageAsked, FoundCover, HotCell
from beaconfire_geo.entrypoints.analysis_api import DECIMALS_TOLD, weights_of
from beaconfire_geo.entrypoints.analysis_map_schemas import (
    CoverageMapIn,
    CoverageMapOut,
    CoverFeature,
    CoverProperties,
    HotFeature,
    HotProperties,
    HotspotsIn,
    HotspotsOut,
)
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.strict_json import StrictRoute
from beaconfire_spatial.coverage import Stand
from beaconfire_spatial.geometry import LonLat


def analysis_map_routes(edge: Edge, desk: AnalysisDesk) -> APIRouter:
    """Coverage and hotspots to be drawn; computed as the other analyses are."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.post("/v1/coverage/map")
    async def post_coverage_map(
        call: Annotated[Call, edge.needs("analysis.compute")], body: CoverageMapIn
    ) -> CoverageMapOut:
        """The ground that each unit reaches first within the target, and that nobody reaches."""
        edge.permit(call, NOWHERE)
        stands = [
            Stand(one.name, LonLat(one.lon, one.lat), frozenset(one.capabilities))
            for one in body.stands
        ]
        asked = CoverageAsked(stands, body.seconds, body.mode, body.within, None, None)
        found = await desk.cover_areas(asked, body.capability)
        return CoverageMapOut(
            features=[_cover(one) for one in found],
            within_s=body.seconds,
            mode=body.mode,
            method=desk.method,
            layer_version=desk.layer_version,
            share=round(sum(one.share for one in found if one.name is not None), DECIMALS_TOLD),
        )

    @router.post("/v1/hotspots")
    async def post_hotspots(
        call: Annotated[Call, edge.needs("analysis.compute")], body: HotspotsIn
    ) -> HotspotsOut:
        """Cells around which more happened than chance explains (Getis-Ord Gi*)."""
        edge.permit(call, NOWHERE)
        found = await desk.hotspots(weights_of(body.demand), body.within_m)
        return HotspotsOut(
            features=[_hot(one) for one in found.hot],
            hot_count=found.hot_count,
            cell_count=found.cell_count,
            elsewhere=found.elsewhere,
            within_m=body.within_m,
            layer_version=desk.layer_version,
        )

    return router


def _cover(one: FoundCover) -> CoverFeature:
    share = round(one.share, DECIMALS_TOLD)
    told = CoverProperties(name=one.name, cells=one.cells, share=share)
    return CoverFeature(properties=told, geometry=one.geometry)


def _hot(one: HotCell) -> HotFeature:
    told = HotProperties(
        cell=one.code,
        weight=one.weight,
        score=round(one.score, DECIMALS_TOLD),
        adjusted_p=one.adjusted_p,
    )
    return HotFeature(properties=told, geometry=one.geometry)
