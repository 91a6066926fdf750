"""Geo's routes over hazard zones: declared, changed, lifted, who is inside."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response

from beaconfire_contracts.ids import IncidentId
from beaconfire_geo.application import change_zone, declare_zone, lift_zone
from beaconfire_geo.application.zoning import ChangeZone, DrawnEdge, ZoneDesk
from beaconfire_geo.domain.zones import HazardZone
from beaconfire_geo.entrypoints.zone_schemas import (
    PlanIn,
    WarningPage,
    ZoneChangeIn,
    ZoneDetail,
    ZoneIn,
    ZonePage,
    ZoneVersions,
    inside_out,
    warnings_out,
    zone_out,
)
from beaconfire_platform.access.allow import reach
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute


def zone_routes(edge: Edge, desk: ZoneDesk) -> APIRouter:
    """Zones and who is in them, read."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/zones")
    async def get_zones(call: Annotated[Call, edge.needs("zone.read")]) -> ZonePage:
        """All zones that are planned or in force, the oldest first."""
        edge.permit(call, NOWHERE)
        return ZonePage(items=[zone_out(one) for one in await desk.lasting()])

    @router.get("/v1/zones/{zone_id}")
    async def get_zone(call: Annotated[Call, edge.needs("zone.read")], zone_id: Id) -> ZoneVersions:
        """One zone, lifted or not, with what is inside now and all its versions."""
        edge.permit(call, NOWHERE)
        zone = await desk.of(zone_id)
        inside = await desk.inside(zone, reach(call.subject, "position.read"))
        versions = [zone_out(one) for one in await desk.versions(zone_id)]
        return ZoneVersions(zone=zone_out(zone), inside=inside_out(inside), versions=versions)

    @router.get("/v1/warnings")
    async def get_warnings(call: Annotated[Call, edge.needs("warning.read")]) -> WarningPage:
        """Units in zones in force: a crew's own, a desk's by its reach; 1,000 at most."""
        return warnings_out(await desk.warnings(reach(call.subject, call.action)))

    return router


def preview_routes(edge: Edge, desk: ZoneDesk, clock: Clock) -> APIRouter:
    """Zones looked at before they are declared."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.post("/v1/zone-preview")
    async def post_preview(
        call: Annotated[Call, edge.needs("zone.declare")], body: ZoneIn
    ) -> ZoneDetail:
        """What such a zone would hold at this moment; nothing is declared and nobody warned."""
        now = clock.now()
        drawn = await desk.draw(body.edge())
        zone = new_zone(body, drawn, body.incident(), now)
        edge.permit(call, Resource(path=zone.path))
        zone.plan.judge_times(now)
        inside = await desk.inside(zone, reach(call.subject, "position.read"))
        return ZoneDetail(zone=zone_out(zone), inside=inside_out(inside))

    return router


def declaring_routes(edge: Edge, desk: ZoneDesk, clock: Clock) -> APIRouter:
    """Zones declared."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.post("/v1/zones", status_code=201, response_model=ZoneDetail)
    async def post_zone(
        call: Annotated[Call, edge.needs("zone.declare")], body: ZoneIn
    ) -> Response:
        """Declare a zone: roads, routes and recommendations follow, units inside are warned."""
        drawn = await desk.draw(body.edge())
        zone = new_zone(body, drawn, body.incident(), clock.now())
        resource = Resource(path=zone.path)
        edge.permit(call, resource)
        inside = inside_out(await desk.inside(zone, reach(call.subject, "position.read")))

        async def run(tx: Tx) -> Answer:
            kept = await declare_zone.declare_zone(
                zone, zones=desk.zones(tx), roads=desk.roads(tx), facts=tx, now=clock.now()
            )
            return Answer(201, ZoneDetail(zone=zone_out(kept), inside=inside), zone.zone_id)

        answer = await edge.command(
            call, run, keys=declare_zone.keys(zone.zone_id, desk.roads_name), resource=resource,
            object_id=zone.zone_id,
        )  # fmt: skip
        await desk.follow()
        return answer

    return router


def changing_routes(edge: Edge, desk: ZoneDesk, clock: Clock) -> APIRouter:
    """Zones changed and lifted."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.put("/v1/zones/{zone_id}", response_model=ZoneDetail)
    async def put_zone(
        call: Annotated[Call, edge.needs("zone.declare")], zone_id: Id, body: ZoneChangeIn
    ) -> Response:
        """Make it another zone, of the version that you saw; its roads are closed anew."""
        resource = Resource(path=(await desk.of(zone_id)).path)
        edge.permit(call, resource)
        drawn = await desk.draw(body.edge())
        edge.permit(call, Resource(path=drawn.path))
        command = ChangeZone(zone_id, body.plan(drawn), drawn.path, body.version)
        zone = new_zone(body, drawn, None, clock.now())
        inside = inside_out(await desk.inside(zone, reach(call.subject, "position.read")))

        async def run(tx: Tx) -> Answer:
            kept = await change_zone.change_zone(
                command, zones=desk.zones(tx), roads=desk.roads(tx), facts=tx, now=clock.now()
            )
            return Answer(200, ZoneDetail(zone=zone_out(kept), inside=inside), zone_id)

        answer = await edge.command(
            call, run, keys=change_zone.keys(zone_id, desk.roads_name), resource=resource,
            object_id=zone_id,
        )  # fmt: skip
        await desk.follow()
        return answer

    @router.post("/v1/zones/{zone_id}/lift", response_model=ZoneDetail)
    async def post_lift(call: Annotated[Call, edge.needs("zone.declare")], zone_id: Id) -> Response:
        """Lift it: roads are as they were, but for what other closures say."""
        zone = await desk.of(zone_id)
        resource = Resource(path=zone.path)
        edge.permit(call, resource)
        inside = inside_out(await desk.inside(zone, reach(call.subject, "position.read")))

        async def run(tx: Tx) -> Answer:
            lifted = await lift_zone.lift_zone(
                zone_id, zones=desk.zones(tx), roads=desk.roads(tx), facts=tx, now=clock.now()
            )
            return Answer(200, ZoneDetail(zone=zone_out(lifted), inside=inside), zone_id)

        answer = await edge.command(
            call, run, keys=lift_zone.keys(zone_id, desk.roads_name), resource=resource,
            object_id=zone_id,
        )  # fmt: skip
        await desk.follow()
        return answer

    return router


def new_zone(
    told: PlanIn, drawn: DrawnEdge, incident_id: IncidentId | None, now: datetime
) -> HazardZone:
    """A zone that nobody has heard of yet."""
    return HazardZone(new_id(), 1, told.plan(drawn), drawn.path, incident_id, now, now)
