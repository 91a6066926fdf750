"""Handle what was answered: when the last unit clears, the work at the place is done."""

from datetime import datetime
from typing import Protocol

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.vocabulary import IncidentStatus
from beaconfire_incident.application.change_incident import ChangeIncident, change_incident
from beaconfire_incident.application.ports import Facts, Incidents
from beaconfire_incident.domain.incident import ACTIVE_PARTS, handled


class Commitments(Protocol):
    """What dispatch has committed to an incident."""

    async def has_been_answered(self, incident_id: str) -> bool:
        """Whether units came since it is open, and none is still at work."""
        ...


async def mark_handled(
    incident_id: IncidentId,
    at: datetime,
    *,
    commitments: Commitments,
    incidents: Incidents,
    facts: Facts,
) -> None:
    """Tell that it is handled, once; closing it stays a person's decision."""
    if not await commitments.has_been_answered(incident_id):
        return
    incident = await incidents.get(incident_id)
    busy = any(one.state in ACTIVE_PARTS for one in incident.participations)
    if incident.status is not IncidentStatus.OPEN or busy:
        return
    await change_incident(
        ChangeIncident(incident_id, None), lambda one: handled(one, at),
        incidents=incidents, facts=facts,
    )  # fmt: skip
