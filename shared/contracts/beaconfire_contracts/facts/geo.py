"""What geo tells: where an incident lies in the grid, and which maps are in force."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point, Stretch
from beaconfire_contracts.vocabulary import ClosureReason, PlaceState


@fact("geo", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentPlaced:
    """The grid says where an incident lies; outside every cell the nearest one is named."""

    incident_id: IncidentId
    state: PlaceState
    point: Point | None
    cell: str
    path: str
    layer_version: int
    nearest_cell: str | None = None
    nearest_distance_m: float | None = None
    label: str | None = None


@fact("geo", key="layer")
@dataclass(frozen=True, slots=True)
class LayerReleased:
    """A new immutable version of a layer is in force; its bytes are an artefact."""

    layer: str
    version: int
    areas: int
    sha256: str
    released_at: datetime


@fact("geo", key="roads")
@dataclass(frozen=True, slots=True)
class RoadsReleased:
    """A new version of the road graph is in force; fetch it as an artefact by its hash."""

    roads: str
    version: int
    nodes: int
    arcs: int
    sha256: str
    released_at: datetime


@fact("geo", key="closure_id")
@dataclass(frozen=True, slots=True)
class RoadsClosed:
    """Roads in an area, or along stretches, are closed or slowed until they are opened again.

    `ring` is the area's edge, its last point as the first, empty where there is none. Of the usual
    speed `speed_share` is left; 0 is closed. Places are named, never arcs of one graph by number.
    """

    closure_id: str
    roads: str
    ring: tuple[Point, ...]
    stretches: tuple[Stretch, ...]
    speed_share: float
    reason: ClosureReason
    closed_at: datetime
    incident_id: IncidentId | None = None
    zone_id: str | None = None


@fact("geo", key="closure_id")
@dataclass(frozen=True, slots=True)
class RoadsOpened:
    """Roads are as they were before a closure, but for what other closures say."""

    closure_id: str
    roads: str
    opened_at: datetime


@fact("geo", key="zone_id")
@dataclass(frozen=True, slots=True)
class ZoneDeclared:
    """A hazard zone is in force: a ring of points, and whether roads inside are closed."""

    zone_id: str
    kind: str
    ring: tuple[Point, ...]
    closes_roads: bool
    declared_at: datetime
    incident_id: IncidentId | None = None


@fact("geo", key="zone_id")
@dataclass(frozen=True, slots=True)
class ZoneLifted:
    """A hazard zone is no longer in force."""

    zone_id: str
    lifted_at: datetime
