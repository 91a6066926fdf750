"""Close an incident: only when nobody works on it any more."""

from datetime import datetime

from beaconfire_contracts.vocabulary import Disposition
from beaconfire_incident.application.change_incident import ChangeIncident, change_incident
from beaconfire_incident.application.ports import Facts, Incidents
from beaconfire_incident.domain.incident import Incident, closed


async def close_incident(
    command: ChangeIncident,
    disposition: Disposition,
    *,
    incidents: Incidents,
    facts: Facts,
    now: datetime,
) -> Incident:
    """Close it with a disposition."""
    busy = await incidents.is_worked_on(command.incident_id)
    return await change_incident(
        command,
        lambda incident: closed(incident, disposition, now, is_worked_on=busy),
        incidents=incidents,
        facts=facts,
    )
