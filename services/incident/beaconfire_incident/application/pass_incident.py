"""Pass an incident to another seat of the same body: it is never without one."""

from beaconfire_contracts.refusals import Invalid
from beaconfire_incident.application.change_incident import ChangeIncident, change_incident
from beaconfire_incident.application.ports import Bodies, Facts, Incidents
from beaconfire_incident.application.take_incident import SeatElsewhere, SeatIncident
from beaconfire_incident.domain.incident import Incident, Told, passed


class UnknownSeat(Invalid):
    """There is no such seat."""


async def pass_incident(
    command: SeatIncident, *, incidents: Incidents, bodies: Bodies, facts: Facts
) -> Incident:
    """Its seat passes it to another of the same body."""
    body = await bodies.body_of_seat(command.seat)
    if body is None:
        raise UnknownSeat(pointer="/seat")

    def decide(incident: Incident) -> Told:
        if incident.owner.body != body:
            raise SeatElsewhere
        return passed(incident, command.seat)

    change = ChangeIncident(command.incident_id, command.version)
    return await change_incident(change, decide, incidents=incidents, facts=facts)
