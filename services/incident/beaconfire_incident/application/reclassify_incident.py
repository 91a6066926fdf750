"""Reclassify an incident: what it is, how fast it must be answered, how grave it is by law."""

from dataclasses import dataclass

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Forbidden
from beaconfire_contracts.vocabulary import EventGrade, Priority
from beaconfire_incident.application.change_incident import ChangeIncident, change_incident
from beaconfire_incident.application.ports import Facts, Incidents
from beaconfire_incident.domain.catalogue import BY_TYPE, SET_BY_DESK, Catalogue, Triage
from beaconfire_incident.domain.incident import Incident, Told, reclassified


@dataclass(frozen=True, slots=True)
class ReclassifyIncident:
    """New values; None leaves what is."""

    incident_id: IncidentId
    type: str | None
    priority: Priority | None
    reason: str | None
    grade: EventGrade | None
    version: int | None
    may_lower: bool = False


def keys(command: ReclassifyIncident) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def reclassify_incident(
    command: ReclassifyIncident, *, incidents: Incidents, facts: Facts, catalogue: Catalogue
) -> Incident:
    """A new type brings its own priority, unless words or a person had set it higher."""

    def decide(incident: Incident) -> Told:
        lowers = command.priority is not None and command.priority > incident.priority
        if lowers and not command.may_lower:  # by what it is now, not by what the caller saw
            raise Forbidden("to answer it later than now needs priority.override")
        code = command.type or incident.type
        return reclassified(
            incident,
            type_code=code,
            incident_class=catalogue.class_of(code),
            triage=_triage(command, incident, catalogue),
            grade=command.grade or incident.grade,
        )

    change = ChangeIncident(command.incident_id, command.version)
    return await change_incident(change, decide, incidents=incidents, facts=facts)


def _triage(command: ReclassifyIncident, incident: Incident, catalogue: Catalogue) -> Triage:
    known = Triage(incident.priority, incident.priority_reason)
    if command.priority is not None:
        return Triage(command.priority, command.reason or SET_BY_DESK)
    if command.type is None or command.type == incident.type:
        return known
    by_type = catalogue.triage(command.type, "")
    if known.reason in BY_TYPE or by_type.priority < known.priority:
        return by_type
    return known
