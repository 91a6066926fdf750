"""Geo's routes over the roads: travel times, routes, and the artefacts that others fetch."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Conflict, NotFound
from beaconfire_geo.application.desks import RoadDesk
from beaconfire_geo.application.release_roads import keys, release_roads
from beaconfire_geo.entrypoints.schemas import (
    RoadsOut,
    RouteIn,
    RouteOut,
    TravelTimesIn,
    TravelTimesOut,
)
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Code, PointIn
from beaconfire_platform.web.strict_json import StrictRoute, UnsupportedMedia

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
_BYTES: Final = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_TAKES_BYTES: Final = {"requestBody": {"required": True, "content": _BYTES}}


class NoRoute(Conflict):
    """No road leads from the one to the other."""


def road_routes(edge: Edge, roads: RoadDesk) -> APIRouter:
    """Travel times and routes, as JSON."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.post("/v1/travel-times")
    async def post_travel_times(
        call: Annotated[Call, edge.needs("route.compute")], body: TravelTimesIn
    ) -> TravelTimesOut:
        """Seconds on the road from each source to each target; null where no road leads."""
        edge.permit(call, NOWHERE)
        seconds = roads.matrix(_points(body.sources), _points(body.targets), body.mode)
        return TravelTimesOut(seconds=seconds, method=roads.method)

    @router.post("/v1/routes")
    async def post_route(
        call: Annotated[Call, edge.needs("route.compute")], body: RouteIn
    ) -> RouteOut:
        """The fastest route as a line, with the seconds at which each of its points is passed."""
        edge.permit(call, NOWHERE)
        found = roads.route(_point(body.source), _point(body.target), body.mode)
        if found is None:
            raise NoRoute
        line: dict[str, Any] = {
            "type": "LineString",
            "coordinates": [[round(one.lon, 6), round(one.lat, 6)] for one in found.points],
        }
        return RouteOut(
            geometry=line,
            times_s=[round(second, 1) for second in found.times_s],
            travel_time_s=round(found.travel_time_s, 1),
            distance_m=round(found.distance_m, 1),
            method=roads.method,
        )

    return router


def artefact_routes(edge: Edge, roads: RoadDesk, clock: Clock) -> APIRouter:
    """Artefacts as bytes; these routes take and give no JSON bodies."""
    router = APIRouter(tags=["geo"])

    @router.put("/v1/roads/{name}", response_model=RoadsOut, openapi_extra=_TAKES_BYTES)
    async def put_roads(
        call: Annotated[Call, edge.needs("layer.release")], name: Code, request: Request
    ) -> Response:
        """Release a road graph; the same bytes again change nothing."""
        resource = Resource(path=roads.root_path())
        edge.permit(call, resource)
        if request.headers.get("content-type") != "application/octet-stream":
            raise UnsupportedMedia("send the graph as application/octet-stream")
        command = await roads.check(name, await request.body())

        async def run(tx: Tx) -> Answer:
            version = await release_roads(
                command,
                layers=roads.layers(tx),
                artefacts=roads.artefacts(tx),
                facts=tx,
                now=clock.now(),
            )
            told = RoadsOut(
                name=name,
                version=version,
                sha256=command.sha256,
                nodes=command.nodes,
                arcs=command.arcs,
            )
            return Answer(200, told, name)

        answer = await edge.command(
            call, run, keys=keys(command), resource=resource, object_id=name
        )
        await roads.load_roads()
        return answer

    @router.get("/v1/artefacts/{sha256}", response_class=Response)
    async def get_artefact(
        call: Annotated[Call, edge.needs("artefact.read")], sha256: Sha256
    ) -> Response:
        """An artefact's bytes; its name is its hash, so it never changes."""
        edge.permit(call, NOWHERE)
        blob = await roads.blob(sha256)
        if blob is None:
            raise NotFound
        headers = {"Cache-Control": "private, max-age=31536000, immutable", "ETag": f'"{sha256}"'}
        return Response(blob, media_type="application/octet-stream", headers=headers)

    return router


def _point(point: PointIn) -> Point:
    return Point(point.lon, point.lat)


def _points(points: list[PointIn]) -> list[Point]:
    return [_point(point) for point in points]
