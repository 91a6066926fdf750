"""Placing: which cell an incident lies in, or which is nearest; nothing is ever dropped."""

from dataclasses import dataclass
from typing import Protocol

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import UNPLACED, Place, Point
from beaconfire_contracts.vocabulary import PlaceState


@dataclass(frozen=True, slots=True)
class Found:
    """The cell at a point with its path, or the nearest cell and how far away it is in metres."""

    cell: str | None
    path: str | None
    nearest_cell: str | None = None
    nearest_distance_m: float | None = None
    also_in: tuple[str, ...] = ()
    """Its cells of other kinds by their paths, the smallest kind first."""
    response_areas: tuple[str, ...] = ()
    """Those that hold it by their codes, the smallest first; they lie across divisions."""


class Grid(Protocol):
    """The cells in force: version 0 is the empty grid of a system without a layer."""

    @property
    def version(self) -> int:
        """The layer version that answers."""
        ...

    @property
    def edition(self) -> int:
        """A number that grows with each release of anything that decides where a point lies."""
        ...

    def find(self, point: Point) -> Found:
        """The cell at a point; on a shared edge the lowest code."""
        ...


class Labels(Protocol):
    """Names of places along the roads."""

    def near(self, point: Point) -> str | None:
        """The nearest junction's label, or None without roads."""
        ...


def place_in_grid(
    incident_id: IncidentId, place: Place, *, grid: Grid, labels: Labels
) -> IncidentPlaced:
    """What the grid says of a place as told: in a cell, outside all, or nowhere yet."""
    if place.point is None:
        return IncidentPlaced(
            incident_id, PlaceState.UNLOCATED, None, UNPLACED, UNPLACED, grid.version
        )
    found = grid.find(place.point)
    label = labels.near(place.point)
    if found.cell is None or found.path is None:
        return IncidentPlaced(
            incident_id,
            PlaceState.OUTSIDE if grid.version else place.state,
            place.point,
            UNPLACED,
            UNPLACED,
            grid.version,
            found.nearest_cell,
            found.nearest_distance_m,
            label,
            found.also_in,
            found.response_areas,
        )
    return IncidentPlaced(
        incident_id, place.state, place.point, found.cell, found.path, grid.version,
        label=label, also_in=found.also_in, response_areas=found.response_areas,
    )  # fmt: skip
