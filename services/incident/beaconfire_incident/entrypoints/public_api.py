"""Incident's routes for citizens: report without signing in, follow by a code."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from beaconfire_contracts.refusals import NotFound, Unavailable
from beaconfire_incident.application import receive_report
from beaconfire_incident.entrypoints.admitting import check_type
from beaconfire_incident.entrypoints.desk import Desk
from beaconfire_incident.entrypoints.intake import public_intake
from beaconfire_incident.entrypoints.schemas import (
    PublicReceivedOut,
    PublicReportIn,
    StepOut,
    TrackingOut,
)
from beaconfire_incident.entrypoints.tracking import hash_of
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.strangers import Pace, strangers
from beaconfire_platform.web.strict_json import StrictRoute

TRACKED_FOR: Final = timedelta(days=30)
"""A code opens its steps for so long after the file was closed."""
TrackingCode = Annotated[str, Path(pattern=r"^[A-Za-z2-7]{16}$")]


class NobodyReceives(Unavailable):
    """No centre receives reports here yet."""


def public_routes(
    edge: Edge, desk: Desk, clock: Clock, *, reporting: Pace, following: Pace
) -> APIRouter:
    """The two things that anybody may do."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/public/reports", status_code=201, response_model=PublicReceivedOut)
    async def post_public_report(
        call: Annotated[Call, strangers("report.create", "incident", reporting)],
        body: PublicReportIn,
    ) -> Response:
        """Report something; the tracking code in the answer is shown this once."""
        check_type(desk.catalogue, body.type)
        receiver = await desk.views.public_body()
        if receiver is None:
            raise NobodyReceives
        taken = public_intake(body, receiver.id, clock.now())

        async def run(tx: Tx) -> Answer:
            received = await receive_report.receive_report(
                taken.command,
                incidents=desk.incidents(tx),
                reports=desk.reports(tx),
                bodies=desk.bodies(tx),
                facts=tx,
                locks=tx,
                catalogue=desk.catalogue,
                now=clock.now(),
            )
            told = PublicReceivedOut(
                report_id=taken.command.report.id, number=received.incident.number
            )
            return Answer(201, told, received.incident.id, {"tracking_code": taken.code})

        return await edge.command(
            call, run, keys=receive_report.keys(taken.command), resource=NOWHERE, is_at_once=True
        )

    @router.get("/v1/tracking/{code}")
    async def get_tracking(
        call: Annotated[Call, strangers("tracking.read", "incident", following)],
        code: TrackingCode,
    ) -> TrackingOut:
        """The steps of a report and its grid cell: nothing that points at a person."""
        edge.permit(call, NOWHERE)
        found = await desk.views.tracked(hash_of(code), clock.now() - TRACKED_FOR)
        if found is None:
            raise NotFound("no report has this code")
        return TrackingOut(
            status=found.status,
            cell=found.cell,
            received_at=found.received_at,
            steps=[StepOut(step=one.step, at=one.at) for one in found.steps],
        )

    return router
