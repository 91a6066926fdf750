"""Place an incident: react to where it was told to be, and say where it lies in the grid."""

from dataclasses import replace

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.places import Place
from beaconfire_geo.application.ports import Facts, KnownPlacing, Placings
from beaconfire_geo.domain.placing import Grid, Labels, place_in_grid


def keys(incident_id: IncidentId) -> tuple[LockKey, ...]:
    """One incident's placing."""
    return (aggregate(incident_id),)


async def place_incident(
    incident_id: IncidentId,
    place: Place | None,
    *,
    scope: Scope | None = None,
    placings: Placings,
    facts: Facts,
    grid: Grid,
    labels: Labels,
) -> None:
    """Place it where it was told to be, or anew at the same place; tell only what changed."""
    known = await placings.get(incident_id) or KnownPlacing(
        incident_id, None, None, ended=False, owner=None, division=None
    )
    told_place = place or known.place
    if told_place is None:
        return
    placed = place_in_grid(incident_id, told_place, grid=grid, labels=labels)
    told_scope = Scope(known.owner, known.division) if scope is None else scope
    if placed != known.told:
        await facts.tell(placed, scope=told_scope)
    kept = replace(
        known, place=told_place, told=placed, owner=told_scope.owner, division=told_scope.division
    )
    await placings.save(kept, grid.edition)
