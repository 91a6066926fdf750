"""Geo's routes over what is closed: the roads in force, closing and slowing them, lifting it."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Response

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.application import close_roads, open_roads
from beaconfire_geo.application.closing import ClosedRoads, ClosureAsked, ClosureDesk, NumberedArcs
from beaconfire_geo.domain.closures import RoadClosure
from beaconfire_geo.entrypoints.closure_schemas import (
    ClosedRoadFeature,
    ClosedRoadProperties,
    ClosedRoadsOut,
    ClosureIn,
    ClosureOut,
    ClosurePage,
    RoadLine,
    RoadsInForceOut,
    StretchOut,
)
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id, PointIn
from beaconfire_platform.web.strict_json import StrictRoute

SHARE_DECIMALS: Final = 2


class NoRoadsNamed(Invalid):
    """Name roads by area, points or numbered."""


def closure_routes(edge: Edge, desk: ClosureDesk, clock: Clock) -> APIRouter:
    """Roads in force, closures."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    _readings(router, edge, desk)

    @router.post("/v1/closures", status_code=201, response_model=ClosureOut)
    async def post_closure(
        call: Annotated[Call, edge.needs("roads.close")], body: ClosureIn
    ) -> Response:
        """Close or slow roads: routes, travel times and recommendations follow at once."""
        closure = await desk.draft(_asked(body), clock.now())
        resource = Resource(path=closure.path)
        edge.permit(call, resource)

        async def run(tx: Tx) -> Answer:
            kept = await close_roads.close_roads(closure, closures=desk.closures(tx), facts=tx)
            return Answer(201, _out(kept), kept.told.closure_id)

        answer = await edge.command(
            call, run, keys=close_roads.keys(closure), resource=resource,
            object_id=closure.told.closure_id,
        )  # fmt: skip
        await desk.load_roads()
        return answer

    @router.post("/v1/closures/{closure_id}/lift", response_model=ClosureOut)
    async def post_lift(
        call: Annotated[Call, edge.needs("roads.close")], closure_id: Id
    ) -> Response:
        """Open the roads again, exactly as they were before, but for what other closures say."""
        resource = Resource(path=await desk.path_of(closure_id))

        async def run(tx: Tx) -> Answer:
            lifted = await open_roads.open_roads(
                closure_id, closures=desk.closures(tx), facts=tx, now=clock.now()
            )
            return Answer(200, _out(lifted), closure_id)

        answer = await edge.command(
            call, run, keys=open_roads.keys(closure_id), resource=resource, object_id=closure_id
        )
        await desk.load_roads()
        return answer

    return router


def _readings(router: APIRouter, edge: Edge, desk: ClosureDesk) -> None:
    """What is in force, of roads and of closures."""

    @router.get("/v1/roads")
    async def get_roads(call: Annotated[Call, edge.needs("roads.read")]) -> RoadsInForceOut:
        """The road graph in force, since when, and how much of it is closed or slowed."""
        edge.permit(call, NOWHERE)
        return _roads(desk)

    @router.get("/v1/closures")
    async def get_closures(call: Annotated[Call, edge.needs("roads.read")]) -> ClosurePage:
        """All closures in force, the oldest first; at most 500 are."""
        edge.permit(call, NOWHERE)
        return ClosurePage(items=[_out(one) for one in desk.in_force()])

    @router.get("/v1/closures/roads")
    async def get_closed_roads(call: Annotated[Call, edge.needs("roads.read")]) -> ClosedRoadsOut:
        """The roads that closures and hazard zones close or slow at this moment, as lines."""
        edge.permit(call, NOWHERE)
        return _drawn(await desk.closed_roads())


def _drawn(closed: ClosedRoads) -> ClosedRoadsOut:
    features = [
        ClosedRoadFeature(
            geometry=RoadLine(
                coordinates=[(one.one.lon, one.one.lat), (one.other.lon, one.other.lat)]
            ),
            properties=ClosedRoadProperties(speed_share=round(one.speed_share, SHARE_DECIMALS)),
        )
        for one in closed.drawn
    ]
    return ClosedRoadsOut(features=features, roads=closed.roads, closures=closed.closures)


def _asked(body: ClosureIn) -> ClosureAsked:
    numbered = body.numbered
    if body.area is None and not body.points and numbered is None:
        raise NoRoadsNamed(pointer="/area")
    return ClosureAsked(
        None if body.area is None else body.area.model_dump(),
        tuple(Point(one.lon, one.lat) for one in body.points),
        None if numbered is None else NumberedArcs(numbered.roads_sha256, tuple(numbered.arcs)),
        body.speed_share,
        body.reason,
        body.note,
        None if body.incident_id is None else IncidentId(body.incident_id),
    )


def _roads(desk: ClosureDesk) -> RoadsInForceOut:
    view = desk.view()
    head = view.released
    return RoadsInForceOut(
        name=desk.roads_name,
        method=view.method,
        engine=view.engine,
        version=None if head is None else head.version,
        sha256=None if head is None else head.sha256,
        released_at=None if head is None else head.stored_at,
        nodes=view.nodes,
        arcs=view.arcs,
        closures=view.closures,
        arcs_closed=view.arcs_closed,
        arcs_slowed=view.arcs_slowed,
    )


def _out(closure: RoadClosure) -> ClosureOut:
    told = closure.told
    ring = [[one.lon, one.lat] for one in told.ring]
    area: dict[str, Any] = {"type": "Polygon", "coordinates": [ring]}
    return ClosureOut(
        id=told.closure_id,
        roads=told.roads,
        area=area if ring else None,
        stretches=[StretchOut(tail=_point(s.tail), head=_point(s.head)) for s in told.stretches],
        arcs=closure.arcs,
        speed_share=told.speed_share,
        reason=told.reason,
        note=closure.note,
        path=closure.path,
        incident_id=told.incident_id,
        closed_at=told.closed_at,
        opened_at=closure.opened_at,
    )


def _point(point: Point) -> PointIn:
    return PointIn(lon=point.lon, lat=point.lat)
