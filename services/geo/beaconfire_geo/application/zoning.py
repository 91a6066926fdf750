"""What geo's zones need of the world behind them: tables, roads, what is inside, who is warned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from beaconfire_contracts.places import Point
from beaconfire_geo.domain.crossings import Visit
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.zones import HazardZone, ZonePlan


@dataclass(frozen=True, slots=True)
class ZoneEdge:
    """Where a zone is to be: an area, or a circle of metres around a point.

    Of a file it is a geometry in the coordinate system that is named; a Point needs a radius.
    """

    area: dict[str, Any] | None
    centre: Point | None
    radius_m: float | None
    crs: str | None = None


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """An edge on the map: its ring, a circle's centre and radius, the division that holds it."""

    ring: tuple[Point, ...]
    centre: Point | None
    radius_m: float | None
    path: str | None


@dataclass(frozen=True, slots=True)
class ChangeZone:
    """Another plan for a zone, made from what it said in a version."""

    zone_id: str
    plan: ZonePlan
    path: str | None
    of_version: int


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A place where people are, and how far it is from what was asked; 0 inside."""

    place: Area
    distance_m: float


@dataclass(frozen=True, slots=True)
class ZoneInside:
    """What a zone holds or touches: cells, people-carrying places, roads, and units warned."""

    cells: Sequence[Area]
    cell_count: int
    places: Sequence[NearPlace]
    place_count: int
    people: int
    arcs: int
    unit_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class UnitVisit:
    """A unit's stay in a zone that is in force."""

    unit_id: str
    visit: Visit
    zone: HazardZone


class Zones(Protocol):
    """The zones, planned, in force and lifted."""

    async def count(self) -> int:
        """How many are not lifted."""
        ...

    async def get(self, zone_id: str) -> HazardZone | None:
        """One, lifted or not."""
        ...

    async def keep(self, zone: HazardZone) -> None:
        """Keep a zone as it is now, and its version beside those before."""
        ...


class ZoneRoads(Protocol):
    """The closures of zones, within one transaction."""

    async def close(self, zone: HazardZone, now: datetime) -> str | None:
        """Close or slow the roads inside, as its plan says; which closure that is."""
        ...

    async def open(self, zone: HazardZone, now: datetime) -> None:
        """Lift its closure, unless somebody did."""
        ...


class ZoneDesk(Protocol):
    """Zones at work."""

    @property
    def roads_name(self) -> str:
        """The graph whose roads are closed."""
        ...

    async def draw(self, edge: ZoneEdge) -> DrawnEdge:
        """The ring of an edge and the division that holds it; refuses what is none."""
        ...

    async def lasting(self) -> Sequence[HazardZone]:
        """All that are planned or in force, the oldest first."""
        ...

    async def of(self, zone_id: str) -> HazardZone:
        """One, lifted or not; NotFound for none."""
        ...

    async def versions(self, zone_id: str) -> Sequence[HazardZone]:
        """All versions of one, the oldest first."""
        ...

    async def at(self, point: Point, moment: datetime | None = None) -> Sequence[HazardZone]:
        """Those in force, now or then, that hold a point or reach it by their stand-off."""
        ...

    async def inside(self, zone: HazardZone, reach: Any) -> ZoneInside:
        """What it holds or touches; units are those within the caller's reach."""
        ...

    async def warnings(self, reach: Any) -> Sequence[UnitVisit]:
        """The visits of units within a reach, to zones in force."""
        ...

    def zones(self, tx: Any) -> Zones:
        """The tables within one transaction."""
        ...

    def roads(self, tx: Any) -> ZoneRoads:
        """Closures within one transaction."""
        ...

    async def follow(self) -> None:
        """Take what changed into force: roads at once, then who is inside."""
        ...


class KeyPlacesDesk(Protocol):
    """The register of places where people are."""

    async def near(self, point: Point, radius_m: float) -> list[NearPlace]:
        """Those within a radius, the nearest first."""
        ...
