"""Who may do what to which incident, and how far a caller's lists reach."""

from typing import Annotated, Final

from fastapi import Header

from beaconfire_contracts.ids import IncidentId, SeatId
from beaconfire_contracts.refusals import Conflict, Invalid, NotFound
from beaconfire_contracts.vocabulary import ParticipationState
from beaconfire_incident.application.queries import Bounds, IncidentView
from beaconfire_incident.domain.catalogue import Catalogue
from beaconfire_incident.entrypoints.desk import Desk
from beaconfire_platform.access.allow import allow, reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.access.subject import Resource, Subject
from beaconfire_platform.web.edge import Call, Edge

VERSION_DIGITS_MAX: Final = 15
IfMatch = Annotated[
    str | None,
    Header(max_length=64, json_schema_extra={"pattern": r'^(W/)?("[0-9]{1,15}"|[0-9]{1,15})$'}),
]


class UnknownType(Invalid):
    """There is no such incident type: see GET /v1/incident-types."""


class NoSeat(Conflict):
    """Take a seat first: an incident is followed from a desk."""


class BadVersion(Invalid):
    """If-Match names the version of the incident that you saw, as a number."""


def resource_of(view: IncidentView) -> Resource:
    """What a decision looks at."""
    one = view.incident
    return Resource(
        path=one.whereabouts,
        owner=str(one.owner.body),
        participants=frozenset(
            str(part.body)
            for part in one.participations
            if part.state is not ParticipationState.RETURNED
        ),
        unit_ids=frozenset(str(each["unit_id"]) for each in view.assignments),
        person_ids=view.tasked,
    )


async def admitted(edge: Edge, desk: Desk, call: Call, incident_id: str) -> IncidentView:
    """The incident, when the caller may do what they ask to it."""
    view = await desk.views.one(IncidentId(incident_id))
    if view is None:
        raise NotFound
    edge.permit(call, resource_of(view))
    return view


async def incident_of_report(edge: Edge, desk: Desk, call: Call, report_id: str) -> IncidentView:
    """The incident of a report, when the caller may do what they ask to it."""
    incident_id = await desk.views.incident_of(report_id)
    if incident_id is None:
        raise NotFound
    return await admitted(edge, desk, call, incident_id)


def bounds_of(call: Call) -> Bounds:
    """How far the caller's lists reach."""
    return bounds(reach(call.subject, call.action))


def knows_reporters(subject: Subject, view: IncidentView) -> bool:
    """Whether the caller may know who told it: where it is their seat's, or waits in their pool."""
    if not allow(subject, "report.read", resource_of(view)).allowed:
        return False
    one = view.incident
    return subject.seat == one.seat or (view.is_in_pool and str(one.owner.body) in subject.bodies)


def working_seat(subject: Subject) -> SeatId:
    """The seat that the caller works at; NoSeat without one."""
    if subject.seat is None:
        raise NoSeat
    return SeatId(subject.seat)


def seen_version(body_version: int | None, if_match: str | None) -> int | None:
    """The version that the caller saw: from the body, else from If-Match, which names it."""
    if body_version is not None or if_match is None:
        return body_version
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdecimal() or len(text) > VERSION_DIGITS_MAX:
        raise BadVersion(pointer="/if-match")
    return int(text)


def check_type(catalogue: Catalogue, code: str | None) -> None:
    """UnknownType for a code that is in no list of ours."""
    if code is not None and code not in catalogue.types:
        raise UnknownType(pointer="/type", given=code)
