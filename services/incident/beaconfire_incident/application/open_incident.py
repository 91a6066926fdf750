"""Open an incident for a report: with an owner and a seat from the first second."""

from datetime import datetime

from beaconfire_contracts.facts.incident import IncidentOpened, ReportReceived
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Owner
from beaconfire_contracts.refusals import Unavailable
from beaconfire_contracts.vocabulary import IncidentStatus, OwnerBasis
from beaconfire_incident.application.ports import Bodies, Facts, Incidents, Opening, scope_of
from beaconfire_incident.domain.catalogue import SET_BY_DESK, Catalogue, Triage
from beaconfire_incident.domain.incident import Incident
from beaconfire_incident.domain.report import Report


class BodyUnknown(Unavailable):
    """The receiving centre was not told of yet; ask again in a moment."""


async def open_incident(
    report: Report,
    *,
    incidents: Incidents,
    bodies: Bodies,
    facts: Facts,
    catalogue: Catalogue,
    now: datetime,
    opening: Opening | None = None,
) -> Incident:
    """Owned by the centre that received it, waiting in the centre's pool.

    `opening` is what it begins with, if that is known.
    """
    begins = opening or await bodies.opening(report.body)
    if begins is None:
        raise BodyUnknown(body=str(report.body))
    incident = _opened(report, begins, catalogue, now)
    await incidents.add(incident)
    await facts.tell(*_told(incident, report), scope=scope_of(incident))
    return incident


def _opened(report: Report, begins: Opening, catalogue: Catalogue, now: datetime) -> Incident:
    body = begins.body
    triage = catalogue.triage(report.type, report.text)
    if report.priority is not None:
        triage = Triage(report.priority, SET_BY_DESK)
    answered_at = report.received_at if report.call is None else report.call.answered_at
    return Incident(
        id=IncidentId(report.incident_id),
        number=begins.number,
        type=report.type,
        incident_class=catalogue.class_of(report.type),
        priority=triage.priority,
        priority_reason=triage.reason,
        grade=None,
        status=IncidentStatus.OPEN,
        place=report.place,
        owner=Owner(body.id, OwnerBasis.RECEIVED, now, min(answered_at, report.received_at)),
        seat=body.pool_seat,
        division=body.division,
        opened_at=now,
        heard_at=report.received_at,
        version=2,
    )


def _told(incident: Incident, report: Report) -> tuple[IncidentOpened, ReportReceived]:
    opened = IncidentOpened(
        incident.id,
        incident.number,
        incident.type,
        incident.incident_class,
        incident.priority,
        incident.priority_reason,
        incident.place,
        incident.owner,
        incident.seat,
        incident.division,
        incident.opened_at,
        report.id,
        report.channel,
    )
    received = ReportReceived(
        incident.id,
        report.id,
        report.channel,
        report.type,
        report.received_at,
        report.observed_at,
        attached=False,
    )
    return opened, received
