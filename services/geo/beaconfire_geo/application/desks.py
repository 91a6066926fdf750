"""What geo's routes need of the world behind them: layers, roads and positions at work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from beaconfire_contracts.places import Point
from beaconfire_geo.application.ports import Artefacts, Layers
from beaconfire_geo.application.release_layer import ReleaseLayer
from beaconfire_geo.application.release_roads import ReleaseRoads
from beaconfire_geo.domain.layers import Area, ReleasedLayer


@dataclass(frozen=True, slots=True)
class FoundRoute:
    """A route's points, the seconds at which each is passed, its time and length in metres."""

    points: tuple[Point, ...]
    times_s: tuple[float, ...]
    travel_time_s: float
    distance_m: float


class LayerDesk(Protocol):
    """Layers: reading them, and staging new versions before one flip releases them."""

    async def newest(self, name: str) -> ReleasedLayer | None:
        """The version in force."""
        ...

    async def page(
        self, name: str, version: int, *, level: str, after: str, limit: int
    ) -> list[Area]:
        """A page of one level's areas."""
        ...

    async def stage(self, name: str, features: Sequence[Any]) -> ReleaseLayer:
        """Check a feature collection and write it, not yet in force."""
        ...

    def writing(self, tx: Any) -> Layers:
        """The tables within one transaction."""
        ...


class RoadDesk(Protocol):
    """Roads: routing over those in force, releasing new ones."""

    @property
    def method(self) -> str:
        """How travel times are found: `road` or `straight_line`."""
        ...

    def matrix(
        self, sources: Sequence[Point], targets: Sequence[Point], mode: str
    ) -> list[list[float | None]]:
        """Seconds from each source to each target."""
        ...

    def route(self, source: Point, target: Point, mode: str) -> FoundRoute | None:
        """The fastest route."""
        ...

    def root_path(self) -> str | None:
        """The top of the grid, in which releasing roads is allowed or not."""
        ...

    async def check(self, name: str, blob: bytes) -> ReleaseRoads:
        """Read a graph's bytes; refuses what is no graph."""
        ...

    def layers(self, tx: Any) -> Layers:
        """The tables of versions within one transaction."""
        ...

    def artefacts(self, tx: Any) -> Artefacts:
        """The tables of artefacts within one transaction."""
        ...

    async def blob(self, sha256: str) -> bytes | None:
        """An artefact's bytes."""
        ...

    async def load_roads(self) -> None:
        """Take the newest released graph into force."""
        ...


class PositionsDesk(Protocol):
    """Positions: taking batches in, reading the latest and the track."""

    def record(self, fixes: Sequence[Any]) -> int:
        """Take in a batch; how many fixes moved their unit."""
        ...

    async def visible(self, reach: Any, *, after: str, limit: int) -> list[Any]:
        """A page of latest fixes within a reach."""
        ...

    async def track(self, unit_id: str, since: datetime, until: datetime) -> list[Any]:
        """A unit's fixes between two moments."""
        ...

    async def home(self, unit_id: str) -> tuple[str, str] | None:
        """Body and division of a unit."""
        ...
