"""Geo's route for the zones of a file: all of them, or none and each wrong row named."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.application.declare_zone import declare_zone, keys
from beaconfire_geo.application.zoning import ZoneDesk
from beaconfire_geo.domain.layers import refuse_rows
from beaconfire_geo.domain.zones import HazardZone
from beaconfire_geo.entrypoints.zone_api import new_zone
from beaconfire_geo.entrypoints.zone_schemas import ZonePage, ZonesIn, zone_out
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.strict_json import StrictRoute


def zone_file_routes(edge: Edge, desk: ZoneDesk, clock: Clock) -> APIRouter:
    """Zones of a file, declared together."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.post("/v1/zone-files", status_code=201, response_model=ZonePage)
    async def post_zones(
        call: Annotated[Call, edge.needs("zone.declare")], body: ZonesIn
    ) -> Response:
        """Declare the zones of a file: all of them, or none and each wrong row named."""
        now = clock.now()
        zones = await _imported(desk, body, now)
        resources = [Resource(path=one.path) for one in zones]
        for one in resources:
            edge.permit(call, one)

        async def run(tx: Tx) -> Answer:
            tables, roads = desk.zones(tx), desk.roads(tx)
            kept = [
                await declare_zone(one, zones=tables, roads=roads, facts=tx, now=now)
                for one in zones
            ]
            return Answer(201, ZonePage(items=[zone_out(one) for one in kept]), zones[0].zone_id)

        locks = {key for one in zones for key in keys(one.zone_id, desk.roads_name)}
        answer = await edge.command(
            call, run, keys=tuple(locks), resource=resources[0], object_id=zones[0].zone_id
        )
        await desk.follow()
        return answer

    return router


async def _imported(desk: ZoneDesk, body: ZonesIn, now: datetime) -> list[HazardZone]:
    """The zones of all rows; refuses all rows that cannot be, by their numbers."""
    incident_id = None if body.incident_id is None else IncidentId(body.incident_id)
    zones: list[HazardZone] = []
    wrong: list[Invalid] = []
    for row, one in enumerate(body.features):
        try:
            drawn = await desk.draw(one.edge(body.crs))
            zone = new_zone(one.properties, drawn, incident_id, now)
            zone.plan.judge_times(now)
        except Invalid as refusal:
            if refusal.pointer == "/crs":
                raise
            where = f"/features/{row}"
            wrong.append(
                type(refusal)(refusal.detail, pointer=where, row=row, area=one.properties.name)
            )
        else:
            zones.append(zone)
    if wrong:
        refuse_rows(wrong)
    return zones
