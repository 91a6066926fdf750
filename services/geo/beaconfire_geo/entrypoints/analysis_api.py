"""Geo's routes for questions about a whole map: what is reached from here, who covers what."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

from fastapi import APIRouter

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.application.analysis import AnalysisDesk, CoverageAsked
from beaconfire_geo.entrypoints.analysis_schemas import (
    UNCOVERED_TOLD_MAX,
    AreaCoverageOut,
    BandsAsked,
    CapabilityCoverageOut,
    CoverageIn,
    CoverageOut,
    DemandIn,
    IsochronesOut,
    ModeAsked,
    ReachedFeature,
    ReachedProperties,
    StandCoverageOut,
)
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.fields import LatAsked, LonAsked
from beaconfire_platform.web.problems import MEDIA
from beaconfire_platform.web.strict_json import StrictRoute
from beaconfire_spatial.coverage import AreaCoverage, Coverage, Stand
from beaconfire_spatial.geometry import LonLat

DECIMALS_TOLD: Final = 4
"""Of a share: a hundredth of a percent."""


class DoubleCell(Invalid):
    """A cell's demand is told twice."""


def _refusal(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA: {"schema": schema}}}


_REFUSES: Final[dict[int | str, dict[str, Any]]] = {
    409: _refusal("There are no roads, or none near."),
    429: _refusal("Others are asking for as much as is computed at once."),
}


def analysis_routes(edge: Edge, desk: AnalysisDesk) -> APIRouter:
    """Isochrones and coverage; both are computed beside the event loop, a few at a time."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/isochrones", responses=_REFUSES)
    async def get_isochrones(
        call: Annotated[Call, edge.needs("analysis.compute")],
        lon: LonAsked,
        lat: LatAsked,
        seconds: BandsAsked,
        mode: ModeAsked = "lights",
    ) -> IsochronesOut:
        """The ground reached from a point within one to five times, as GeoJSON to draw."""
        edge.permit(call, NOWHERE)
        found = await desk.isochrones(Point(lon, lat), seconds, mode)
        features = [
            ReachedFeature(
                properties=ReachedProperties(within_s=int(one.within_s), area_km2=one.area_km2),
                geometry=one.geometry,
            )
            for one in found
        ]
        return IsochronesOut(features=features, mode=mode, method=desk.method)

    @router.post("/v1/coverage")
    async def post_coverage(
        call: Annotated[Call, edge.needs("analysis.compute")], body: CoverageIn
    ) -> CoverageOut:
        """Which share of the demand is reached within the target, by whom, and which cells not."""
        edge.permit(call, NOWHERE)
        found = await desk.coverage(_asked(body))
        return CoverageOut(
            within_s=body.seconds,
            mode=body.mode,
            method=desk.method,
            layer_version=desk.layer_version,
            coverage=[_told(one) for one in found],
        )

    return router


def _asked(body: CoverageIn) -> CoverageAsked:
    stands = [
        Stand(one.name, LonLat(one.lon, one.lat), frozenset(one.capabilities))
        for one in body.stands
    ]
    demand = None if body.demand is None else weights_of(body.demand)
    return CoverageAsked(stands, body.seconds, body.mode, body.within, body.level, demand)


def weights_of(demand: Iterable[DemandIn]) -> dict[str, float]:
    """The weight of each cell; refuses a cell that is told twice."""
    weights: dict[str, float] = {}
    for place, one in enumerate(demand):
        if one.cell in weights:
            raise DoubleCell(f"{one.cell} stands twice", pointer=f"/demand/{place}/cell")
        weights[one.cell] = one.weight
    return weights


def _told(one: Coverage) -> CapabilityCoverageOut:
    stands = [
        StandCoverageOut(
            name=stand.name,
            first_share=round(stand.first_share, DECIMALS_TOLD),
            alone_share=round(stand.alone_share, DECIMALS_TOLD),
        )
        for stand in one.stands
    ]
    return CapabilityCoverageOut(
        capability=one.capability,
        share=round(one.share, DECIMALS_TOLD),
        areas=[_area(area) for area in one.areas],
        stands=stands,
    )


def _area(one: AreaCoverage) -> AreaCoverageOut:
    return AreaCoverageOut(
        area=one.area,
        weight=one.weight,
        share=round(one.share, DECIMALS_TOLD),
        uncovered=list(one.uncovered[:UNCOVERED_TOLD_MAX]),
        uncovered_count=len(one.uncovered),
    )
