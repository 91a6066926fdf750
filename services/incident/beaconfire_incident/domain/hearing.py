"""What an incident learns from one more report: a surer place, more urgency, a type; never less."""

from dataclasses import replace
from datetime import datetime

from beaconfire_contracts.places import Place
from beaconfire_contracts.vocabulary import PlaceState
from beaconfire_incident.domain.catalogue import Catalogue, Triage
from beaconfire_incident.domain.incident import Incident, Told, reclassified, relocated
from beaconfire_incident.domain.report import Report


def better_place(known: Place, heard: Place) -> bool:
    """Whether a place heard of is surer than the one known; a confirmed one stays."""
    if heard.point is None or known.state is PlaceState.CONFIRMED:
        return False
    if known.point is None:
        return True
    return (heard.uncertainty_m or 1e6) < 0.8 * (known.uncertainty_m or 1e6)


def learned(incident: Incident, report: Report, catalogue: Catalogue) -> Told:
    """The incident after somebody told of it once more; a report alone never lowers anything."""
    heard = catalogue.triage(report.type or incident.type, report.text)
    changed, told = heard_again(incident, report.received_at, heard), ()
    if better_place(incident.place, report.place):
        changed, told = relocated(changed, report.place)
    more_urgent = heard.priority < incident.priority
    if not more_urgent and (incident.type is not None or report.type is None):
        return changed, told
    code = incident.type or report.type
    known = Triage(incident.priority, incident.priority_reason)
    changed, classed = reclassified(
        changed,
        type_code=code,
        incident_class=catalogue.class_of(code),
        triage=heard if more_urgent else known,
        grade=incident.grade,
    )
    return changed, (*told, *classed)


def heard_again(incident: Incident, at: datetime, heard: Triage) -> Incident:
    """Somebody told of it once more; alone it would have been heard of, and as urgent, too.

    While it stands for others as well, only they may be as urgent as it is: what was heard about
    itself must outlast a split.
    """
    own = incident.own
    if own is not None:
        own = replace(own, heard_at=max(own.heard_at, at))
        if heard.priority < own.priority:
            own = replace(own, priority=heard.priority, priority_reason=heard.reason)
    return replace(incident, heard_at=max(incident.heard_at, at), own=own)
