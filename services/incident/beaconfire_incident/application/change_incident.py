"""Change one incident: load it, check that the caller saw it as it is, decide, save, tell.

The decisions are the domain's; this is the one way by which a desk's commands reach them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_incident.application.ports import Facts, Incidents, scope_of
from beaconfire_incident.domain.incident import Incident, Told

Decide = Callable[[Incident], Told]


@dataclass(frozen=True, slots=True)
class ChangeIncident:
    """Which incident, and at which version the caller saw it (None: whatever it is now)."""

    incident_id: IncidentId
    version: int | None


def keys(command: ChangeIncident) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def change_incident(
    command: ChangeIncident, decide: Decide, *, incidents: Incidents, facts: Facts
) -> Incident:
    """Apply one decision of the domain; nothing is saved when nothing changed."""
    incident = await incidents.get(command.incident_id)
    incident.expect(command.version)
    changed, told = decide(incident)
    if told:
        await incidents.save(changed)
        await facts.tell(*told, scope=scope_of(changed))
    return changed
