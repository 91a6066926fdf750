"""End an incident's placing: what has ended is not placed anew; what is reopened is."""

from dataclasses import replace

from beaconfire_contracts.ids import IncidentId
from beaconfire_geo.application.ports import KnownPlacing, Placings


async def end_placing(incident_id: IncidentId, *, ended: bool, placings: Placings) -> None:
    """An ended incident is not placed anew when a layer is released; a reopened one is.

    It keeps the version that placed it, or an older number, however many were released while it was
    closed: what is placed anew where it was is not told again.
    """
    known = await placings.get(incident_id) or KnownPlacing(
        incident_id, None, None, ended=ended, owner=None, division=None
    )
    placed_by = 0 if known.told is None else known.told.layer_version
    await placings.save(replace(known, ended=ended), placed_by)
