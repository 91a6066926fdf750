"""Relocate an incident: a desk moves its place or says that it is sure of it."""

from dataclasses import dataclass

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.places import Place
from beaconfire_incident.application.change_incident import ChangeIncident, change_incident
from beaconfire_incident.application.ports import Facts, Incidents
from beaconfire_incident.domain.duplicates import buckets_at
from beaconfire_incident.domain.incident import Incident, relocated


@dataclass(frozen=True, slots=True)
class RelocateIncident:
    """Where it is, at the version that the caller saw."""

    incident_id: IncidentId
    place: Place
    version: int | None


def keys(command: RelocateIncident) -> tuple[LockKey, ...]:
    """The buckets it comes into, so that a report there waits for it; and the incident."""
    return (*buckets_at(command.place), aggregate(command.incident_id))


async def relocate_incident(
    command: RelocateIncident, *, incidents: Incidents, facts: Facts
) -> Incident:
    """Move it; geo places it anew and every crew must acknowledge the new address."""
    change = ChangeIncident(command.incident_id, command.version)
    return await change_incident(
        change,
        lambda incident: relocated(incident, command.place),
        incidents=incidents,
        facts=facts,
    )
