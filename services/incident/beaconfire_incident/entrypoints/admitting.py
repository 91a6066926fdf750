"""Who may do what to which incident, and how far a caller's lists reach."""

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.refusals import Invalid, NotFound
from beaconfire_incident.application.desk import Desk
from beaconfire_incident.application.queries import Bounds, IncidentView
from beaconfire_incident.domain.catalogue import Catalogue
from beaconfire_platform.access.allow import reach
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.web.edge import Call, Edge


class UnknownType(Invalid):
    """There is no such incident type: see GET /v1/incident-types."""


def resource_of(view: IncidentView) -> Resource:
    """What a decision looks at."""
    one = view.incident
    return Resource(
        path=one.whereabouts,
        owner=str(one.owner.body),
        participants=frozenset(str(part.body) for part in one.participations),
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
    found = reach(call.subject, call.action)
    return Bounds(
        found.everything, found.paths, found.under, found.bodies, found.unit_ids, found.person_ids
    )


def check_type(catalogue: Catalogue, code: str | None) -> None:
    """UnknownType for a code that is in no list of ours."""
    if code is not None and code not in catalogue.types:
        raise UnknownType(pointer="/type", given=code)
