"""What geo's use cases need: layers, artefacts, placings, the facts they tell."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.geo import IncidentPlaced, StationMapped, StationUnmapped
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Place, Point
from beaconfire_geo.domain.closures import RoadClosure
from beaconfire_geo.domain.fixes import Box
from beaconfire_geo.domain.layer_import import LayerImport
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_geo.domain.matters import KnownBody, MatterEdition
from beaconfire_geo.domain.placing import Found
from beaconfire_geo.domain.stations import Elsewhere, MappedStation


class Facts(Protocol):
    """Where facts are told."""

    async def tell(self, *facts: Fact, scope: Scope | None = None) -> None:
        """Tell facts in order; durable with the transaction."""
        ...


@dataclass(frozen=True, slots=True)
class KnownPlacing:
    """What is kept of one incident: its place as told, what geo told of it, whether it ended."""

    incident_id: IncidentId
    place: Place | None
    told: IncidentPlaced | None
    ended: bool
    owner: str | None
    division: str | None


class Placings(Protocol):
    """The placings of all incidents that geo has heard of."""

    async def get(self, incident_id: IncidentId) -> KnownPlacing | None:
        """What is known of one incident."""
        ...

    async def save(self, placing: KnownPlacing, edition: int) -> None:
        """Keep it, with the layer version that was asked."""
        ...


class Layers(Protocol):
    """Released versions of layers, and the staging of new ones."""

    async def newest(self, layer: str, at: datetime | None = None) -> ReleasedLayer | None:
        """The version in force, or the one that was in force at a moment."""
        ...

    async def next_version(self) -> int:
        """A version number that nobody else gets."""
        ...

    async def stage(self, layer: str, version: int, areas: Sequence[Area]) -> None:
        """Write areas that count only once the version is released."""
        ...

    async def release(
        self, layer: str, version: int, *, areas: int, sha256: str, released_at: datetime
    ) -> None:
        """Put the version in force."""
        ...


class Stations(Protocol):
    """The stations of each version of a layer."""

    async def of(self, layer: str, version: int) -> Mapping[str, MappedStation]:
        """Those of a version, staged or in force, by code."""
        ...

    async def elsewhere(self, layer: str, codes: Collection[str]) -> Elsewhere:
        """Whose some codes are, and which other layers in force have them."""
        ...

    async def told(self, facts: Collection[StationMapped | StationUnmapped]) -> None:
        """Keep which layer has each station now."""
        ...


class Imports(Protocol):
    """Maps on their way in."""

    async def open(self, opened: LayerImport) -> None:
        """Keep a new one."""
        ...

    async def get(self, import_id: str) -> LayerImport:
        """One, as it stands; NotFound when there is none."""
        ...

    async def save(self, one: LayerImport) -> None:
        """Keep how it is now."""
        ...


@dataclass(frozen=True, slots=True)
class ReleasedRoads:
    """The head of a released road graph: its hash, its version, since when it is kept."""

    sha256: str
    version: int
    stored_at: datetime


class Artefacts(Protocol):
    """Immutable blobs by their hash: road graphs."""

    async def put(self, sha256: str, *, kind: str, name: str, version: int, blob: bytes) -> None:
        """Keep a blob; the same hash again changes nothing."""
        ...

    async def newest(self, kind: str, name: str) -> tuple[str, int] | None:
        """Hash and version of the newest blob of a kind and name."""
        ...


class Closures(Protocol):
    """The closures of roads, in force and lifted."""

    async def count(self, roads: str) -> int:
        """How many of a graph are in force."""
        ...

    async def get(self, closure_id: str) -> RoadClosure | None:
        """One, lifted or not."""
        ...

    async def add(self, closure: RoadClosure) -> None:
        """Keep a new one."""
        ...

    async def save(self, closure: RoadClosure) -> None:
        """Keep when it was lifted."""
        ...


class Matters(Protocol):
    """Which agency answers for which matter where, version by version."""

    async def newest(self, at: datetime | None = None) -> MatterEdition:
        """The edition in force, or the one that was at a moment."""
        ...

    async def add(self, edition: MatterEdition, *, issued_by: str, issued_at: datetime) -> None:
        """Keep a new version."""
        ...

    async def bodies(self) -> Sequence[KnownBody]:
        """All bodies that agency told of, by code."""
        ...


class Cells(Protocol):
    """One version of the grid that answers questions of place."""

    @property
    def version(self) -> int:
        """The grid's version; 0 before the first release."""
        ...

    def find(self, point: Point) -> Found:
        """The cell at a point, or the nearest one."""
        ...

    def area(self, code: str) -> Area | None:
        """One area by its code."""
        ...


class MapsInForce(Cells, Protocol):
    """The grid and the labels that answer at this moment."""

    @property
    def edition(self) -> int:
        """A number that grows with each release of anything that decides where a point lies."""
        ...

    def response_areas(self, codes: Collection[str]) -> frozenset[str]:
        """Those of some codes that are response areas in force."""
        ...

    @property
    def box(self) -> Box:
        """The bounds of the grid's cells; all NaN before the first release."""
        ...

    @property
    def placed_in(self) -> tuple[str, str, int]:
        """The grid's layer, the level of its cells, and how many of them are in force."""
        ...

    async def at(self, moment: datetime) -> Cells:
        """The grid that was in force at a moment."""
        ...

    def near(self, point: Point) -> str | None:
        """The nearest junction's label."""
        ...

    def root_path(self) -> str | None:
        """The code of the grid's top, or None before the first release."""
        ...

    async def load_grid(self) -> None:
        """Take the newest released layer into force."""
        ...
