"""Take an incident to one's own seat: every live one has exactly one seat."""

from dataclasses import dataclass

from beaconfire_contracts.ids import IncidentId, PersonId, SeatId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict, Unavailable
from beaconfire_incident.application.change_incident import ChangeIncident, change_incident
from beaconfire_incident.application.ports import Bodies, Facts, Incidents
from beaconfire_incident.domain.incident import Incident, Told, taken


class SeatNotHeardOf(Unavailable):
    """Your seat was not told of yet; ask again in a moment."""


class SeatElsewhere(Conflict):
    """The seat is not one of the body that owns the incident: hand the incident over instead."""


@dataclass(frozen=True, slots=True)
class SeatIncident:
    """Which incident goes to which seat, at the version that the caller saw."""

    incident_id: IncidentId
    seat: SeatId
    version: int | None


def keys(command: SeatIncident) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def take_incident(
    command: SeatIncident, person: PersonId, *, incidents: Incidents, bodies: Bodies, facts: Facts
) -> Incident:
    """The caller's own seat takes it."""
    body = await bodies.body_of_seat(command.seat)
    if body is None:
        raise SeatNotHeardOf

    def decide(incident: Incident) -> Told:
        if incident.owner.body != body:
            raise SeatElsewhere
        return taken(incident, command.seat, person)

    change = ChangeIncident(command.incident_id, command.version)
    return await change_incident(change, decide, incidents=incidents, facts=facts)
