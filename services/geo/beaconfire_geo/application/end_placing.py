"""End an incident's placing: what has ended is not placed anew; what is reopened is."""

from dataclasses import replace

from beaconfire_contracts.ids import IncidentId
from beaconfire_geo.application.ports import KnownPlacing, Placings
from beaconfire_geo.domain.placing import Grid


async def end_placing(
    incident_id: IncidentId, *, ended: bool, placings: Placings, grid: Grid
) -> None:
    """An ended incident is not placed anew when a layer is released; a reopened one is."""
    known = await placings.get(incident_id) or KnownPlacing(
        incident_id, None, None, ended=ended, owner=None, division=None
    )
    await placings.save(replace(known, ended=ended), grid.version if known.told else 0)
