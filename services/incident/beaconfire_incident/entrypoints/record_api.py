"""Incident's routes for its record: notes, corrections; two records that are one."""

from typing import Annotated

from fastapi import APIRouter, Response

from beaconfire_contracts.ids import IncidentId, NoteId, PersonId, SeatId
from beaconfire_incident.application import (
    correct_entry,
    merge_incidents,
    split_incident,
    write_note,
)
from beaconfire_incident.application.ports import Correction
from beaconfire_incident.application.queries import IncidentView
from beaconfire_incident.entrypoints.admitting import IfMatch, admitted, resource_of, seen_version
from beaconfire_incident.entrypoints.desk import Desk
from beaconfire_incident.entrypoints.schemas import (
    CorrectionIn,
    CorrectionOut,
    MergeIn,
    NoteIn,
    NoteOut,
    VersionOut,
)
from beaconfire_incident.entrypoints.shapes import version_out
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute


def record_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """What people add to the record; nothing in it is ever edited."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/incidents/{incident_id}/notes", status_code=201, response_model=NoteOut)
    async def post_note(
        call: Annotated[Call, edge.needs("incident.note")], incident_id: Id, body: NoteIn
    ) -> Response:
        """Write a note; a closed file still takes it."""
        view = await admitted(edge, desk, call, incident_id)
        command = write_note.WriteNote(
            view.incident.id,
            NoteId(new_id()),
            body.text,
            PersonId(call.subject.id),
            None if call.subject.seat is None else SeatId(call.subject.seat),
        )

        async def run(tx: Tx) -> Answer:
            incident = await write_note.write_note(
                command,
                incidents=desk.incidents(tx),
                notes=desk.notes(tx),
                facts=tx,
                now=clock.now(),
            )
            told = version_out(incident).model_dump()
            return Answer(201, NoteOut(**told, note_id=command.note_id))

        return await edge.command(
            call,
            run,
            keys=write_note.keys(command),
            resource=resource_of(view),
            object_id=incident_id,
            is_at_once=True,
        )

    return router


def correction_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """What people say was wrong in the record; it is never edited."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post(
        "/v1/incidents/{incident_id}/corrections", status_code=201, response_model=CorrectionOut
    )
    async def post_correction(
        call: Annotated[Call, edge.needs("incident.note")], incident_id: Id, body: CorrectionIn
    ) -> Response:
        """Say that an entry was wrong; both values stay readable."""
        view = await admitted(edge, desk, call, incident_id)
        command = Correction(
            new_id(), view.incident.id, body.of_fact, body.field, body.was, body.now, body.reason,
            PersonId(call.subject.id),
        )  # fmt: skip

        async def run(tx: Tx) -> Answer:
            incident = await correct_entry.correct_entry(
                command,
                incidents=desk.incidents(tx),
                corrections=desk.corrections(tx),
                facts=tx,
                now=clock.now(),
            )
            told = version_out(incident).model_dump()
            return Answer(201, CorrectionOut(**told, correction_id=command.correction_id))

        return await edge.command(
            call,
            run,
            keys=correct_entry.keys(command),
            resource=resource_of(view),
            object_id=incident_id,
        )

    return router


def same_routes(edge: Edge, desk: Desk) -> APIRouter:
    """Two records are one incident, or are two again."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/incidents/{incident_id}/merge", response_model=VersionOut)
    async def merge(
        call: Annotated[Call, edge.needs("incident.merge")],
        incident_id: Id,
        body: MergeIn,
        if_match: IfMatch = None,
    ) -> Response:
        """Follow this incident in another one; across seats only a shift leader may."""
        absorbed = await admitted(edge, desk, call, incident_id)
        survivor = await admitted(edge, desk, call, body.into)
        for view in (absorbed, survivor):
            if not _at_hand(call.subject, view):
                edge.permit_subject(call.subject, "seat.hand-over", resource_of(view))
        command = merge_incidents.MergeIncidents(
            absorbed.incident.id, survivor.incident.id, seen_version(body.version, if_match)
        )

        async def run(tx: Tx) -> Answer:
            kept = await merge_incidents.merge_incidents(
                command, incidents=desk.incidents(tx), facts=tx
            )
            return Answer(200, version_out(kept))

        return await edge.command(
            call,
            run,
            keys=merge_incidents.keys(command),
            resource=resource_of(absorbed),
            object_id=incident_id,
        )

    return router


def split_routes(edge: Edge, desk: Desk) -> APIRouter:
    """Two records are two again."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/incidents/{incident_id}/split", response_model=VersionOut)
    async def split(
        call: Annotated[Call, edge.needs("incident.split")],
        incident_id: Id,
        body: MergeIn,
        if_match: IfMatch = None,
    ) -> Response:
        """Take this incident out of the one it was merged into; both are as they were."""
        absorbed = await admitted(edge, desk, call, incident_id)
        await admitted(edge, desk, call, body.into)
        command = merge_incidents.MergeIncidents(
            absorbed.incident.id, IncidentId(body.into), seen_version(body.version, if_match)
        )

        async def run(tx: Tx) -> Answer:
            back = await split_incident.split_incident(
                command, incidents=desk.incidents(tx), facts=tx
            )
            return Answer(200, version_out(back))

        return await edge.command(
            call,
            run,
            keys=merge_incidents.keys(command),
            resource=resource_of(absorbed),
            object_id=incident_id,
        )

    return router


def _at_hand(subject: Subject, view: IncidentView) -> bool:
    """Whether the incident is on the caller's own desk or still in the pool."""
    return view.is_in_pool or subject.seat == view.incident.seat
