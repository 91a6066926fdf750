"""What geo's routes need to close roads: what is asked, what is in force, the desk behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import ClosureReason
from beaconfire_geo.application.ports import Closures, ReleasedRoads
from beaconfire_geo.domain.closures import RoadClosure
from beaconfire_spatial.road_closures import ClosedRoad


@dataclass(frozen=True, slots=True)
class NumberedArcs:
    """Arcs by their number in the graph of this hash."""

    roads_sha256: str
    arcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClosureAsked:
    """Which roads are to be closed or slowed: an area, the roads at points, or arcs; and why."""

    area: dict[str, Any] | None
    points: tuple[Point, ...]
    numbered: NumberedArcs | None
    speed_share: float
    reason: ClosureReason
    note: str | None
    incident_id: IncidentId | None


@dataclass(frozen=True, slots=True)
class RoadsView:
    """What is in force: the graph, its size, the engine that asks it, what closures take of it."""

    released: ReleasedRoads | None
    nodes: int
    arcs: int
    method: str
    engine: str
    closures: int
    arcs_closed: int
    arcs_slowed: int


@dataclass(frozen=True, slots=True)
class ClosedRoads:
    """The roads that closures take now, as lines: at most so many, of how many, under how many."""

    drawn: Sequence[ClosedRoad]
    roads: int
    closures: int


class ClosureDesk(Protocol):
    """Closures at work on the roads in force."""

    @property
    def roads_name(self) -> str:
        """The graph that answers."""
        ...

    async def draft(self, asked: ClosureAsked, now: datetime) -> RoadClosure:
        """The closure that is asked for; refuses what closes nothing."""
        ...

    def in_force(self) -> Sequence[RoadClosure]:
        """Those that answers are under at this moment, the oldest first."""
        ...

    def view(self) -> RoadsView:
        """What is in force."""
        ...

    async def closed_roads(self) -> ClosedRoads:
        """What they take of the roads in force, as lines."""
        ...

    async def path_of(self, closure_id: str) -> str | None:
        """In which division a closure lies; NotFound where there is none."""
        ...

    def closures(self, tx: Any) -> Closures:
        """The tables within one transaction."""
        ...

    async def load_roads(self) -> None:
        """Take what changed into force."""
        ...
