"""Split two merged incidents again: the inverse of `merge_incidents`."""

from beaconfire_incident.application.merge_incidents import MergeIncidents
from beaconfire_incident.application.ports import Facts, Incidents, scope_of
from beaconfire_incident.domain.incident import Incident, split


async def split_incident(
    command: MergeIncidents, *, incidents: Incidents, facts: Facts
) -> Incident:
    """Two records again, each as it was; what came since stays where it is."""
    absorbed = await incidents.get(command.absorbed)
    absorbed.expect(command.version)
    survivor = await incidents.get(command.survivor)
    others = await incidents.merged_into(survivor.id)
    remaining = [one for one in others if one.id != absorbed.id]
    for incident, told in split(absorbed, survivor, remaining):
        await incidents.save(incident)
        await facts.tell(*told, scope=scope_of(incident))
    return await incidents.get(command.absorbed)
