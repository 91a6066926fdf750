"""Merge two incidents into one, and split them again: inverse to each other."""

from dataclasses import dataclass

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_incident.application.ports import Facts, Incidents, scope_of
from beaconfire_incident.domain.incident import Incident, Told, merged, split


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
    absorbed, survivor = await _both(command, incidents)
    gone, kept = merged(absorbed, survivor)
    await _keep(gone, incidents, facts)
    await _keep(kept, incidents, facts)
    return kept[0]


async def split_incident(
    command: MergeIncidents, *, incidents: Incidents, facts: Facts
) -> Incident:
    """Two records again."""
    absorbed, survivor = await _both(command, incidents)
    others = await incidents.merged_into(survivor.id)
    remaining = [one for one in others if one.id != absorbed.id]
    back, kept = split(absorbed, survivor, remaining)
    await _keep(back, incidents, facts)
    await _keep(kept, incidents, facts)
    return back[0]


async def _both(command: MergeIncidents, incidents: Incidents) -> tuple[Incident, Incident]:
    absorbed = await incidents.get(command.absorbed)
    absorbed.expect(command.version)
    return absorbed, await incidents.get(command.survivor)


async def _keep(told: Told, incidents: Incidents, facts: Facts) -> None:
    incident, said = told
    await incidents.save(incident)
    await facts.tell(*said, scope=scope_of(incident))
