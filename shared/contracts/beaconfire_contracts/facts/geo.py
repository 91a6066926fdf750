"""What geo tells: where an incident lies in the grid, and which maps are in force."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import BodyId, IncidentId, UnitId
from beaconfire_contracts.places import Point, Stretch
from beaconfire_contracts.vocabulary import ClosureReason, PlaceState, ZoneKind, ZoneSeverity


@fact("geo", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentPlaced:
    """The grid says where an incident lies; outside every cell the nearest one is named.

    `also_in`: the paths of its cells of other kinds, the smallest kind first. `response_areas`: the
    codes of those that hold the point, the smallest first.
    """

    incident_id: IncidentId
    state: PlaceState
    point: Point | None
    cell: str
    path: str
    layer_version: int
    nearest_cell: str | None = None
    nearest_distance_m: float | None = None
    label: str | None = None
    also_in: tuple[str, ...] = ()
    response_areas: tuple[str, ...] = ()


@fact("geo", key="layer")
@dataclass(frozen=True, slots=True)
class LayerReleased:
    """A new immutable version of a layer is in force; its bytes are an artefact."""

    layer: str
    version: int
    areas: int
    sha256: str
    released_at: datetime


@fact("geo", key="layer")
@dataclass(frozen=True, slots=True)
class StationMapped:
    """A released layer has a station that is new, other, or was another layer's; told whole."""

    layer: str
    version: int
    code: str
    name_zh: str
    name_en: str
    body: BodyId
    division: str
    point: Point
    mapped_at: datetime


@fact("geo", key="layer")
@dataclass(frozen=True, slots=True)
class StationUnmapped:
    """A released layer has a station no longer that its version before had."""

    layer: str
    version: int
    code: str
    unmapped_at: datetime


@fact("geo", key="matters")
@dataclass(frozen=True, slots=True)
class MattersAssigned:
    """A new version says which agency answers for which matter where; read it from geo."""

    matters: str
    version: int
    rules: int
    assigned_at: datetime


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
    """A hazard zone is in force: a ring of points, and whether roads inside are closed.

    Units are warned as far as `stand_off_m` around the ring. A circle says its centre and radius
    too. Of roads inside `speed_share` of the usual speed is left; None leaves them alone.
    """

    zone_id: str
    kind: str
    ring: tuple[Point, ...]
    closes_roads: bool
    declared_at: datetime
    incident_id: IncidentId | None = None
    version: int = 1
    severity: ZoneSeverity | None = None
    stand_off_m: float = 0.0
    centre: Point | None = None
    radius_m: float | None = None
    speed_share: float | None = None
    ends_at: datetime | None = None


@fact("geo", key="zone_id")
@dataclass(frozen=True, slots=True)
class ZoneChanged:
    """A hazard zone in force is another one from now on; all of it is told anew."""

    zone_id: str
    version: int
    kind: ZoneKind
    severity: ZoneSeverity
    ring: tuple[Point, ...]
    closes_roads: bool
    changed_at: datetime
    incident_id: IncidentId | None = None
    stand_off_m: float = 0.0
    centre: Point | None = None
    radius_m: float | None = None
    speed_share: float | None = None
    ends_at: datetime | None = None


@fact("geo", key="zone_id")
@dataclass(frozen=True, slots=True)
class ZoneLifted:
    """A hazard zone is no longer in force: somebody lifted it, or its time was over."""

    zone_id: str
    lifted_at: datetime
    expired: bool = False


@fact("geo", key="unit_id")
@dataclass(frozen=True, slots=True)
class UnitWarned:
    """A unit's newest position lies in a hazard zone or its stand-off; told at once, once a visit.

    `observed_at` is that position's.
    """

    unit_id: UnitId
    zone_id: str
    warned_at: datetime
    observed_at: datetime


@fact("geo", key="unit_id")
@dataclass(frozen=True, slots=True)
class GeofenceEntered:
    """A unit came into a zone or its stand-off, by the first position observed there.

    Where `is_late`, its position came after newer ones had been settled: a stay, or the end of an
    absence, that is over since and was not known of. It says nothing of where the unit is now.
    """

    unit_id: UnitId
    zone_id: str
    entered_at: datetime
    is_late: bool = False


@fact("geo", key="unit_id")
@dataclass(frozen=True, slots=True)
class GeofenceLeft:
    """A unit left a zone, by the first position clearly outside; or the zone was lifted around it.

    Where `zone_lifted`, nobody knows of the unit but that it was last seen inside. `is_late` as in
    `GeofenceEntered`.
    """

    unit_id: UnitId
    zone_id: str
    left_at: datetime
    zone_lifted: bool = False
    is_late: bool = False
