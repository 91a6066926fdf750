"""Incident's routes for reports: take one in, complete it, place it, end its call, move it."""

from typing import Annotated, Any

from fastapi import APIRouter, Response

from beaconfire_contracts.ids import IncidentId, ReportId
from beaconfire_contracts.places import Point
from beaconfire_incident.application import (
    amend_report,
    end_call,
    locate_report,
    move_report,
    receive_report,
)
from beaconfire_incident.domain.report import ToldPosition
from beaconfire_incident.entrypoints.admitting import (
    admitted,
    check_type,
    incident_of_report,
    knows_reporters,
    resource_of,
)
from beaconfire_incident.entrypoints.desk import Desk
from beaconfire_incident.entrypoints.intake import intake, receiving_body, reporter_of
from beaconfire_incident.entrypoints.schemas import (
    AmendIn,
    AttachIn,
    EndIn,
    LocateIn,
    ReceivedWithCode,
    ReportIn,
    ReportOut,
    VersionOut,
)
from beaconfire_incident.entrypoints.shapes import received_out, report_out, version_out
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.moments import occurred
from beaconfire_platform.web.strict_json import StrictRoute


def intake_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """Taking reports in, and reading them."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/reports", status_code=201, response_model=ReceivedWithCode)
    async def post_report(
        call: Annotated[Call, edge.needs("report.create")], body: ReportIn
    ) -> Response:
        """Take a report in: it joins the incident it is about, or opens one.

        Above the threshold it is attached; candidates below it are for a person to judge.
        """
        check_type(desk.catalogue, body.type)
        taken = intake(body, call.subject, receiving_body(call.subject, call.action), clock.now())

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
            told = received_out(received, taken.command.report.id)
            return Answer(201, told, received.incident.id, {"tracking_code": taken.code})

        return await edge.command(
            call, run, keys=receive_report.keys(taken.command), resource=NOWHERE, is_at_once=True
        )

    @router.get("/v1/reports/{report_id}")
    async def get_report(
        call: Annotated[Call, edge.needs("report.read")], report_id: Id
    ) -> ReportOut:
        """A report; who told it is shown to the seat that has the incident only."""
        view = await incident_of_report(edge, desk, call, report_id)
        report = await desk.views.report(ReportId(report_id))
        return report_out(report, masked=not knows_reporters(call.subject, view))

    return router


def amend_routes(edge: Edge, desk: Desk) -> APIRouter:
    """Completing what was told."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/reports/{report_id}/amend", response_model=ReportOut)
    async def amend(
        call: Annotated[Call, edge.needs("report.amend")], report_id: Id, body: AmendIn
    ) -> Response:
        """Complete or correct what was told; what is left out stays."""
        view = await incident_of_report(edge, desk, call, report_id)
        check_type(desk.catalogue, body.type)
        command = amend_report.AmendReport(
            ReportId(report_id), view.incident.id, _amended(body), view.incident.merged_into
        )

        async def run(tx: Tx) -> Answer:
            report = await amend_report.amend_report(
                command, incidents=desk.incidents(tx), reports=desk.reports(tx), facts=tx,
                catalogue=desk.catalogue,
            )  # fmt: skip
            masked = not knows_reporters(call.subject, view)
            return Answer(200, report_out(report, masked=masked), report_id)

        return await edge.command(
            call,
            run,
            keys=amend_report.keys(command),
            resource=resource_of(view),
            object_id=report_id,
        )

    return router


def report_step_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """What happens to a report later."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/reports/{report_id}/locations", response_model=VersionOut)
    async def locate(
        call: Annotated[Call, edge.needs("report.amend")], report_id: Id, body: LocateIn
    ) -> Response:
        """A position became known; where it is surer than what is known, the incident moves."""
        view = await incident_of_report(edge, desk, call, report_id)
        at = body.position
        command = locate_report.LocateReport(
            ReportId(report_id), view.incident.id,
            ToldPosition(Point(at.lon, at.lat), at.accuracy_m, body.method),
        )  # fmt: skip

        async def run(tx: Tx) -> Answer:
            incident = await locate_report.locate_report(
                command, incidents=desk.incidents(tx), reports=desk.reports(tx), facts=tx
            )
            return Answer(200, version_out(incident), report_id)

        return await edge.command(
            call,
            run,
            keys=locate_report.keys(command),
            resource=resource_of(view),
            object_id=report_id,
        )

    @router.post("/v1/reports/{report_id}/end", response_model=ReportOut)
    async def end(
        call: Annotated[Call, edge.needs("report.amend")], report_id: Id, body: EndIn
    ) -> Response:
        """The call ended; who hung up or was silent is to be rung back."""
        view = await incident_of_report(edge, desk, call, report_id)
        ended_at = occurred(body.ended_at, clock, pointer="/ended_at")
        command = end_call.EndCall(ReportId(report_id), view.incident.id, ended_at, body.ended_how)

        async def run(tx: Tx) -> Answer:
            report = await end_call.end_call(
                command, incidents=desk.incidents(tx), reports=desk.reports(tx), facts=tx,
                now=clock.now(),
            )  # fmt: skip
            return Answer(200, report_out(report, masked=True), report_id)

        return await edge.command(
            call,
            run,
            keys=end_call.keys(command),
            resource=resource_of(view),
            object_id=report_id,
        )

    return router


def report_moving_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """A person says which incident a report is about."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/reports/{report_id}/attach", response_model=VersionOut)
    async def attach(
        call: Annotated[Call, edge.needs("report.attach")], report_id: Id, body: AttachIn
    ) -> Response:
        """A person says which incident the report is about."""
        return await _move(call, report_id, body.incident_id, opens=False)

    @router.post("/v1/reports/{report_id}/detach", response_model=VersionOut)
    async def detach(call: Annotated[Call, edge.needs("report.attach")], report_id: Id) -> Response:
        """The report is about something else: it opens an incident of its own."""
        return await _move(call, report_id, new_id(), opens=True)

    async def _move(call: Call, report_id: str, to_id: str, *, opens: bool) -> Response:
        view = await incident_of_report(edge, desk, call, report_id)
        if not opens:
            await admitted(edge, desk, call, to_id)
        command = move_report.MoveReport(
            ReportId(report_id), view.incident.id, IncidentId(to_id), opens
        )

        async def run(tx: Tx) -> Answer:
            incident = await move_report.move_report(
                command, incidents=desk.incidents(tx), reports=desk.reports(tx),
                bodies=desk.bodies(tx), facts=tx, catalogue=desk.catalogue, now=clock.now(),
            )  # fmt: skip
            return Answer(200, version_out(incident), report_id)

        return await edge.command(
            call,
            run,
            keys=move_report.keys(command),
            resource=resource_of(view),
            object_id=report_id,
        )

    return router


def _amended(body: AmendIn) -> dict[str, Any]:
    """The fields that were sent, as the report keeps them."""
    sent = body.model_fields_set
    values: dict[str, Any] = {name: getattr(body, name) for name in sent - {"reporter"}}
    if "reporter" in sent:
        values["reporter"] = reporter_of(body.reporter)
    if "voice_refs" in values:
        values["voice_refs"] = tuple(values["voice_refs"] or ())
    if "text" in values:
        values["text"] = values["text"] or ""
    return values
