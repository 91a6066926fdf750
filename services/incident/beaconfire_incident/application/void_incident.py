"""Void an incident that was recorded by mistake: only when nobody works on it any more."""

from beaconfire_incident.application.change_incident import ChangeIncident, change_incident
from beaconfire_incident.application.ports import Facts, Incidents
from beaconfire_incident.domain.incident import Incident, voided


async def void_incident(
    command: ChangeIncident, reason: str, *, incidents: Incidents, facts: Facts
) -> Incident:
    """Say that it was recorded by mistake."""
    busy = await incidents.is_worked_on(command.incident_id)
    return await change_incident(
        command,
        lambda incident: voided(incident, reason, is_worked_on=busy),
        incidents=incidents,
        facts=facts,
    )
