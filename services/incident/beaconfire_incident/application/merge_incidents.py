"""Merge two incidents into one, and split them again: inverse to each other."""

from dataclasses import dataclass

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_incident.application.ports import Facts, Incidents, scope_of
from beaconfire_incident.domain.incident import Incident, merged, split


class NotMerged(Conflict):
    """The incident is not merged into that one."""


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
    (gone, told_gone), (kept, told_kept), before = merged(absorbed, survivor)
    await incidents.save(gone)
    await incidents.save(kept)
    await incidents.remember_merge(gone.id, kept.id, before)
    await facts.tell(*told_gone, scope=scope_of(gone))
    await facts.tell(*told_kept, scope=scope_of(kept))
    return kept


async def split_incident(
    command: MergeIncidents, *, incidents: Incidents, facts: Facts
) -> Incident:
    """Two records again."""
    absorbed = await incidents.get(command.absorbed)
    absorbed.expect(command.version)
    if absorbed.merged_into != command.survivor:
        raise NotMerged
    survivor = await incidents.get(command.survivor)
    before = await incidents.forget_merge(absorbed.id)
    (back, told_back), (kept, told_kept) = split(absorbed, survivor, before)
    await incidents.save(back)
    await incidents.save(kept)
    await facts.tell(*told_back, scope=scope_of(back))
    await facts.tell(*told_kept, scope=scope_of(kept))
    return back
