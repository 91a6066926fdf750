"""What geo's routes need of the world behind them: layers, roads and positions at work."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from beaconfire_contracts.places import Point
from beaconfire_geo.application.ports import Artefacts, Imports, Layers, Stations
from beaconfire_geo.application.release_layer import ReleaseLayer
from beaconfire_geo.application.release_roads import ReleaseRoads
from beaconfire_geo.domain.changes import LayerChanges
from beaconfire_geo.domain.fixes import Bounds, Box
from beaconfire_geo.domain.layer_import import LayerImport
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_geo.domain.levels import Levels
from beaconfire_geo.domain.matters import KnownBody, MatterDefault, MatterEdition
from beaconfire_geo.domain.seams import Seams
from beaconfire_geo.domain.stations import StationSeen

Home = tuple[str, str]
"""Body and division of a unit."""


@dataclass(frozen=True, slots=True)
class FoundRoute:
    """A route's points, the seconds at which each is passed, its time and length in metres."""

    points: tuple[Point, ...]
    times_s: tuple[float, ...]
    travel_time_s: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class IncomingLayer:
    """A map as sent: its layer, its coordinate system, its features and what kind they all are."""

    name: str
    crs: str
    features: Sequence[Any]
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a release would do: to which version, to how many areas and stations, with gaps."""

    head: ReleasedLayer | None
    areas: int
    sha256: str
    changes: LayerChanges
    seams: Seams
    stations: Sequence[StationSeen] = ()


class LayerDesk(Protocol):
    """Layers: reading them, and staging new versions before one flip releases them."""

    @property
    def levels(self) -> Levels:
        """The levels of this deployment."""
        ...

    async def newest(self, name: str, at: datetime | None = None) -> ReleasedLayer | None:
        """The version in force, or the one that was in force at a moment."""
        ...

    async def tops(self, name: str) -> list[Area]:
        """The areas in force that lie in no other."""
        ...

    async def preview(self, incoming: IncomingLayer) -> Preview:
        """What releasing it would change; nothing is written."""
        ...

    async def page(
        self, name: str, version: int, *, level: str, after: str, limit: int
    ) -> list[Area]:
        """A page of one level's areas."""
        ...

    async def stage(self, incoming: IncomingLayer) -> ReleaseLayer:
        """Check a map and write it, not yet in force."""
        ...

    async def drop(self, command: ReleaseLayer) -> None:
        """Let go of a map that was written and is not released; of one that is, nothing."""
        ...

    def writing(self, tx: Any) -> Layers:
        """The tables within one transaction."""
        ...

    def stations(self, tx: Any) -> Stations:
        """What they have of stations."""
        ...


class ImportDesk(Protocol):
    """Maps on their way in: taken in, checked by a process of their own, staged."""

    async def get(self, import_id: str) -> LayerImport:
        """One, as it stands; NotFound when there is none."""
        ...

    async def fill(self, opened: LayerImport, chunks: AsyncIterator[bytes]) -> LayerImport:
        """Take its map in; it waits to be checked. ImportNotOpen, TooManyImports."""
        ...

    def opening(self, tx: Any) -> Imports:
        """The table within one transaction."""
        ...


class ResponseAreasDesk(Protocol):
    """Response areas at a point."""

    async def at(self, point: Point, moment: datetime | None = None) -> list[Area]:
        """All that hold a point, lowest code first, by the version in force then or now."""
        ...


class MatterDesk(Protocol):
    """The questions about matters."""

    @property
    def defaults(self) -> Sequence[MatterDefault]:
        """What holds where nothing else does."""
        ...

    async def in_force(
        self, at: datetime | None = None
    ) -> tuple[MatterEdition, Sequence[KnownBody]]:
        """The edition in force now or then, and all bodies."""
        ...


@dataclass(frozen=True, slots=True)
class AskedOther:
    """What another service answered; `state` is told, withheld (not the caller's) or away."""

    state: str
    items: Sequence[Mapping[str, Any]] = ()


class Others(Protocol):
    """What other services know of a place, asked for whoever asks, by their own right."""

    async def responders(
        self, path: str, also_in: Sequence[str], at: datetime | None, token: str
    ) -> AskedOther:
        """Who is on duty there, with names where the caller may know them."""
        ...

    async def incidents(
        self, point: Point, radius_m: float, since: datetime, token: str
    ) -> AskedOther:
        """Incidents around a point that the caller may see."""
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

    def record(self, fixes: Any) -> int:
        """Take in a batch; how many markers it moved."""
        ...

    def bounds(self, box: Box) -> Bounds:
        """What a fix of this moment is held against, on a map of these bounds."""
        ...

    async def homes(self, unit_ids: Sequence[str]) -> Mapping[str, Home]:
        """Body and division of all units; these are looked for when they are not known."""
        ...

    async def visible(self, reach: Any, *, after: str, limit: int) -> list[Any]:
        """A page of latest fixes within a reach."""
        ...

    def age_s(self, fix: Any) -> float:
        """How old a fix is, in seconds of the wall."""
        ...

    async def track(
        self, tx: Any, unit_id: str, after: datetime, until: datetime, *, limit: int
    ) -> list[Any]:
        """A unit's fixes after one moment and before another, oldest first, read within `tx`."""
        ...
