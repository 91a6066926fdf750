"""Merge two incidents into one; `split_incident` is its inverse."""

from dataclasses import dataclass

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_incident.application.ports import Facts, Incidents, scope_of
from beaconfire_incident.domain.incident import Incident, merged


@dataclass(frozen=True, slots=True)
class MergeIncidents:
    """`absorbed` is followed in `survivor` from now on, or stands by itself again."""

    absorbed: IncidentId
    survivor: IncidentId
    version: int | None


def keys(command: MergeIncidents) -> tuple[LockKey, ...]:
    """Both incidents, whichever way round."""
    return (aggregate(command.absorbed), aggregate(command.survivor))


async def merge_incidents(
    command: MergeIncidents, *, incidents: Incidents, facts: Facts
) -> Incident:
    """One record from now on; reports keep their own incident's id and words."""
    absorbed = await incidents.get(command.absorbed)
    absorbed.expect(command.version)
    survivor = await incidents.get(command.survivor)
    gone, kept = merged(absorbed, survivor)
    for incident, told in (gone, kept):
        await incidents.save(incident)
        await facts.tell(*told, scope=scope_of(incident))
    return kept[0]
