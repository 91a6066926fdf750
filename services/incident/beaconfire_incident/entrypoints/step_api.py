"""Incident's routes for a desk's commands: where it is, what it is, whose it is, how it ends."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Response

from beaconfire_contracts.ids import IncidentId, PersonId, SeatId
from beaconfire_contracts.locks import LockKey
from beaconfire_contracts.places import Place, Point
from beaconfire_contracts.vocabulary import PlaceState, Priority
from beaconfire_incident.application import (
    change_incident,
    close_incident,
    pass_incident,
    reclassify_incident,
    relocate_incident,
    take_incident,
    void_incident,
)
from beaconfire_incident.application.queries import IncidentView
from beaconfire_incident.domain.incident import Incident, handled, held, reopened, verifying
from beaconfire_incident.entrypoints.admitting import (
    IfMatch,
    admitted,
    check_type,
    resource_of,
    seen_version,
    working_seat,
)
from beaconfire_incident.entrypoints.desk import Desk
from beaconfire_incident.entrypoints.schemas import (
    CloseIn,
    HoldIn,
    PassIn,
    ReclassifyIn,
    RelocateIn,
    StepIn,
    TakeIn,
    VersionOut,
    VoidIn,
)
from beaconfire_incident.entrypoints.shapes import version_out
from beaconfire_platform.access.allow import allow
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute

Change = Callable[[Tx], Awaitable[Incident]]


def naming_routes(edge: Edge, desk: Desk) -> APIRouter:
    """What it is and where it is."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/incidents/{incident_id}/reclassify", response_model=VersionOut)
    async def reclassify(
        call: Annotated[Call, edge.needs("incident.reclassify")],
        incident_id: Id,
        body: ReclassifyIn,
        if_match: IfMatch = None,
    ) -> Response:
        """Set type, priority or grade; only a shift leader answers something later than triage."""
        view = await admitted(edge, desk, call, incident_id)
        check_type(desk.catalogue, body.type)
        command = reclassify_incident.ReclassifyIncident(
            view.incident.id,
            body.type,
            None if body.priority is None else Priority(body.priority),
            body.reason,
            body.grade,
            seen_version(body.version, if_match),
            may_lower=allow(call.subject, "priority.override", resource_of(view)).allowed,
        )

        async def change(tx: Tx) -> Incident:
            return await reclassify_incident.reclassify_incident(
                command, incidents=desk.incidents(tx), facts=tx, catalogue=desk.catalogue
            )

        return await _run(edge, call, view, change, reclassify_incident.keys(command))

    @router.post("/v1/incidents/{incident_id}/relocate", response_model=VersionOut)
    async def relocate(
        call: Annotated[Call, edge.needs("incident.relocate")],
        incident_id: Id,
        body: RelocateIn,
        if_match: IfMatch = None,
    ) -> Response:
        """Move it, or say that the place is confirmed; geo places it anew."""
        view = await admitted(edge, desk, call, incident_id)
        at = body.position
        state = PlaceState.CONFIRMED if body.confirmed else PlaceState.APPROXIMATE
        place = Place(state, Point(at.lon, at.lat), at.accuracy_m, body.method)
        command = relocate_incident.RelocateIncident(
            view.incident.id, place, seen_version(body.version, if_match)
        )

        async def change(tx: Tx) -> Incident:
            return await relocate_incident.relocate_incident(
                command, incidents=desk.incidents(tx), facts=tx
            )

        return await _run(edge, call, view, change, relocate_incident.keys(command))

    return router


def seat_routes(edge: Edge, desk: Desk) -> APIRouter:
    """Whose desk it is on."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/incidents/{incident_id}/take", response_model=VersionOut)
    async def take(
        call: Annotated[Call, edge.needs("incident.take")],
        incident_id: Id,
        body: TakeIn,
        if_match: IfMatch = None,
    ) -> Response:
        """Take it to the seat that you work at."""
        view = await admitted(edge, desk, call, incident_id)
        command = take_incident.SeatIncident(
            view.incident.id, working_seat(call.subject), seen_version(body.version, if_match)
        )

        async def change(tx: Tx) -> Incident:
            return await take_incident.take_incident(
                command,
                PersonId(call.subject.id),
                incidents=desk.incidents(tx),
                bodies=desk.bodies(tx),
                facts=tx,
            )

        return await _run(edge, call, view, change, take_incident.keys(command))

    @router.post("/v1/incidents/{incident_id}/pass", response_model=VersionOut)
    async def pass_on(
        call: Annotated[Call, edge.needs("incident.pass")],
        incident_id: Id,
        body: PassIn,
        if_match: IfMatch = None,
    ) -> Response:
        """Pass it to another seat of the same centre."""
        view = await admitted(edge, desk, call, incident_id)
        command = take_incident.SeatIncident(
            view.incident.id, SeatId(body.seat), seen_version(body.version, if_match)
        )

        async def change(tx: Tx) -> Incident:
            return await pass_incident.pass_incident(
                command, incidents=desk.incidents(tx), bodies=desk.bodies(tx), facts=tx
            )

        return await _run(edge, call, view, change, take_incident.keys(command))

    return router


def life_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """How it goes on and how it ends: the steps of `domain/lifecycle.py`."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/incidents/{incident_id}/handle", response_model=VersionOut)
    async def post_handled(
        call: Annotated[Call, edge.needs("incident.close")],
        incident_id: Id,
        body: StepIn,
        if_match: IfMatch = None,
    ) -> Response:
        """The work at the place is done; the file is still open."""
        seen = seen_version(body.version, if_match)
        return await _step(
            edge,
            desk,
            call,
            incident_id,
            seen,
            lambda one: handled(one, clock.now(), _person(call)),
        )

    @router.post("/v1/incidents/{incident_id}/verify", response_model=VersionOut)
    async def post_verifying(
        call: Annotated[Call, edge.needs("incident.close")],
        incident_id: Id,
        body: StepIn,
        if_match: IfMatch = None,
    ) -> Response:
        """Somebody other than the handler checks that it was put right."""
        seen = seen_version(body.version, if_match)
        return await _step(
            edge, desk, call, incident_id, seen, lambda one: verifying(one, _person(call))
        )

    @router.post("/v1/incidents/{incident_id}/hold", response_model=VersionOut)
    async def post_held(
        call: Annotated[Call, edge.needs("incident.close")],
        incident_id: Id,
        body: HoldIn,
        if_match: IfMatch = None,
    ) -> Response:
        """It waits, for a reason, until a time."""
        seen = seen_version(body.version, if_match)
        return await _step(
            edge, desk, call, incident_id, seen, lambda one: held(one, body.reason, body.until)
        )

    @router.post("/v1/incidents/{incident_id}/reopen", response_model=VersionOut)
    async def post_reopened(
        call: Annotated[Call, edge.needs("incident.reopen")],
        incident_id: Id,
        body: StepIn,
        if_match: IfMatch = None,
    ) -> Response:
        """It is open again: closed too early, or what it waited for has come."""
        seen = seen_version(body.version, if_match)
        return await _step(edge, desk, call, incident_id, seen, reopened)

    return router


def ending_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """Closing and voiding: refused while anybody is at work on it."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.post("/v1/incidents/{incident_id}/close", response_model=VersionOut)
    async def post_closed(
        call: Annotated[Call, edge.needs("incident.close")],
        incident_id: Id,
        body: CloseIn,
        if_match: IfMatch = None,
    ) -> Response:
        """Close the file: it says what it was and how it ended."""
        view = await admitted(edge, desk, call, incident_id)
        command = change_incident.ChangeIncident(
            view.incident.id, seen_version(body.version, if_match)
        )

        async def change(tx: Tx) -> Incident:
            return await close_incident.close_incident(
                command,
                body.disposition,
                incidents=desk.incidents(tx),
                facts=tx,
                now=clock.now(),
            )

        return await _run(edge, call, view, change, change_incident.keys(command))

    @router.post("/v1/incidents/{incident_id}/void", response_model=VersionOut)
    async def post_voided(
        call: Annotated[Call, edge.needs("incident.close")],
        incident_id: Id,
        body: VoidIn,
        if_match: IfMatch = None,
    ) -> Response:
        """It was recorded by mistake."""
        view = await admitted(edge, desk, call, incident_id)
        command = change_incident.ChangeIncident(
            view.incident.id, seen_version(body.version, if_match)
        )

        async def change(tx: Tx) -> Incident:
            return await void_incident.void_incident(
                command, body.reason, incidents=desk.incidents(tx), facts=tx
            )

        return await _run(edge, call, view, change, change_incident.keys(command))

    return router


async def _step(
    edge: Edge,
    desk: Desk,
    call: Call,
    incident_id: str,
    version: int | None,
    decide: change_incident.Decide,
) -> Response:
    """One step of its life, at the version that the caller saw."""
    view = await admitted(edge, desk, call, incident_id)
    command = change_incident.ChangeIncident(IncidentId(incident_id), version)

    async def change(tx: Tx) -> Incident:
        return await change_incident.change_incident(
            command, decide, incidents=desk.incidents(tx), facts=tx
        )

    return await _run(edge, call, view, change, change_incident.keys(command))


def _person(call: Call) -> PersonId:
    return PersonId(call.subject.id)


async def _run(
    edge: Edge, call: Call, view: IncidentView, change: Change, keys: tuple[LockKey, ...]
) -> Response:
    """One command on one incident, answered with its version."""

    async def run(tx: Tx) -> Answer:
        return Answer(200, version_out(await change(tx)))

    return await edge.command(
        call, run, keys=keys, resource=resource_of(view), object_id=view.incident.id
    )
