"""Dispatch's routes where many are hurt: counts by triage class, beds, and who is taken where."""

from dataclasses import replace
from typing import Annotated

import msgspec
from fastapi import APIRouter, Response

from beaconfire_contracts.ids import HospitalId
from beaconfire_dispatch.application import count_casualties, propose_destination, report_beds
from beaconfire_dispatch.application.desk import BedDesk, Desk
from beaconfire_dispatch.application.propose_destination import Way
from beaconfire_dispatch.application.queries import UnitView
from beaconfire_dispatch.domain.casualties import Casualties
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.entrypoints.admitting import (
    admitted_assignment,
    assignment_resource,
    demand_resource,
    known_demand,
)
from beaconfire_dispatch.entrypoints.casualty_schemas import (
    BedsIn,
    BedsOut,
    BedsPage,
    CasualtiesIn,
    CasualtiesOut,
    DestinationIn,
    DestinationOut,
)
from beaconfire_dispatch.entrypoints.step_api import UnknownHospital
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute

FAR_S = 1e9
"""Where no road is known: after everywhere that a road leads to."""


def casualty_routes(edge: Edge, desk: Desk, beds: BedDesk, clock: Clock) -> APIRouter:
    """Counting casualties."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.put("/v1/incidents/{incident_id}/casualties", response_model=CasualtiesOut)
    async def put_casualties(
        call: Annotated[Call, edge.needs("incident.count-casualties")],
        incident_id: Id,
        body: CasualtiesIn,
    ) -> Response:
        """Say how many are hurt by now; the incident asks for as many ambulances as that needs."""
        demand = await known_demand(desk, incident_id)
        on_it = (await desk.views.companions([incident_id])).get(incident_id, ())
        units = frozenset(one.unit_id for one in on_it)
        resource = replace(demand_resource(demand), unit_ids=units)
        edge.permit(call, resource)
        counted = Casualties(body.immediate, body.delayed, body.minor, body.dead)
        command = count_casualties.CountCasualties(demand.incident_id, counted)

        async def run(tx: Tx) -> Answer:
            answering = beds.answering(tx)
            known = await answering.demands.get(demand.incident_id) or demand
            after = await count_casualties.count_casualties(
                command, known, answering=answering, now=clock.now()
            )
            return Answer(200, _counted(after, counted))

        answer = await edge.command(
            call, run, keys=count_casualties.keys(command), resource=resource,
            object_id=incident_id,
        )  # fmt: skip
        desk.wake()
        return answer

    return router


def bed_routes(edge: Edge, beds: BedDesk, clock: Clock) -> APIRouter:
    """Beds of hospitals."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/beds")
    async def get_beds(call: Annotated[Call, edge.needs("hospital.read")]) -> BedsPage:
        """What each hospital said, and how many of these beds are promised."""
        edge.permit(call, NOWHERE)
        return BedsPage(
            items=[
                BedsOut(
                    hospital_id=name, beds_free=one.beds_free, beds_kept=one.beds_kept,
                    told_at=one.told_at,
                )
                for name, one in sorted((await beds.counts()).items())
            ]
        )  # fmt: skip

    @router.put("/v1/hospitals/{hospital_id}/beds", status_code=204, response_class=Response)
    async def put_beds(
        call: Annotated[Call, edge.needs("hospital.beds")], hospital_id: Id, body: BedsIn
    ) -> Response:
        """A hospital says how many patients it takes; fewer than are on their way is refused."""
        command = report_beds.ReportBeds(HospitalId(hospital_id), body.beds_free)

        async def run(tx: Tx) -> Answer:
            await report_beds.report_beds(command, beds=beds.beds(tx), facts=tx, now=clock.now())
            return Answer(204, None)

        await edge.command(
            call, run, keys=report_beds.keys(command), resource=NOWHERE, object_id=hospital_id
        )
        return Response(status_code=204)

    return router


def destination_routes(edge: Edge, desk: Desk, beds: BedDesk, clock: Clock) -> APIRouter:
    """Who is taken where."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.post("/v1/assignments/{assignment_id}/destination", response_model=DestinationOut)
    async def post_destination(
        call: Annotated[Call, edge.needs("assignment.destination")],
        assignment_id: Id,
        body: DestinationIn,
    ) -> Response:
        """Keep a bed for whoever the unit carries: the nearest that is left, or where it is said.

        It is kept until the unit hands over, or its order ends otherwise.
        """
        view = await admitted_assignment(edge, desk, call, assignment_id)
        one = view.assignment
        unit = await desk.views.unit(one.unit_id)
        ways = [] if unit is None else await _ways(desk, unit, body)
        command = propose_destination.ProposeDestination(one.id, one.incident_id, one.unit_id, ways)

        async def run(tx: Tx) -> Answer:
            told = await propose_destination.propose_destination(
                command, assignments=desk.assignments(tx), beds=beds.beds(tx),
                demands=desk.demands(tx), facts=tx, now=clock.now(),
            )  # fmt: skip
            return Answer(
                200,
                DestinationOut(
                    assignment_id=told.assignment_id, hospital_id=told.hospital_id,
                    travel_time_s=told.travel_time_s, proposed_at=told.proposed_at,
                ),
            )  # fmt: skip

        return await edge.command(
            call, run, keys=propose_destination.keys(command),
            resource=assignment_resource(view), object_id=assignment_id,
        )  # fmt: skip

    return router


async def _ways(desk: Desk, unit: UnitView, body: DestinationIn) -> list[Way]:
    """The hospitals to be considered, the nearest by road first."""
    hospitals = await desk.views.hospitals()
    if body.hospital_id is not None:
        hospitals = [one for one in hospitals if one.hospital_id == body.hospital_id]
        if not hospitals:
            raise UnknownHospital(pointer="/hospital_id")
    ways = [Way(one.hospital_id, desk.ways.travel_s([unit], one.point)[0]) for one in hospitals]
    return sorted(
        ways,
        key=lambda way: (
            FAR_S if way.travel_time_s is None else way.travel_time_s,
            way.hospital_id,
        ),
    )


def _counted(demand: Demand, counted: Casualties) -> CasualtiesOut:
    return CasualtiesOut(
        incident_id=demand.incident_id,
        immediate=counted.immediate,
        delayed=counted.delayed,
        minor=counted.minor,
        dead=counted.dead,
        needs=[msgspec.to_builtins(one) for one in demand.needs],
    )
