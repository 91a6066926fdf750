"""What dispatch's routes need behind them: tables of a transaction, questions, roads."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from beaconfire_contracts.ids import HospitalId, IncidentId
from beaconfire_contracts.places import Point
from beaconfire_dispatch.application.aid_ports import Helping
from beaconfire_dispatch.application.bed_ports import BedCount, Beds
from beaconfire_dispatch.application.instruct_unit import Instructions
from beaconfire_dispatch.application.ports import (
    Answering,
    Assignments,
    CardEditions,
    Deadlines,
    Demands,
    Policies,
    Registers,
    Rosters,
    RulesOfEngine,
    Standbys,
    Tasks,
    Units,
)
from beaconfire_dispatch.application.queries import (
    AdviceView,
    AidViews,
    CardViews,
    RosterViews,
    UnitView,
    Views,
)
from beaconfire_dispatch.domain.demand import Demand


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a unit was last seen, and when; at its station when nobody has told."""

    point: Point
    observed_at: datetime | None


class Ways(Protocol):
    """Where units are and how long they need."""

    def seen(self, view: UnitView) -> Seen:
        """Where a unit is."""
        ...

    def travel_s(self, views: Sequence[UnitView], goal: Point) -> list[float | None]:
        """Seconds from the order to the arrival of each; None where no road leads."""
        ...

    def cover(self, views: Sequence[UnitView], posts: Sequence[Point]) -> dict[str, float]:
        """By capability: the share of posts that a free unit reaches within eight minutes."""
        ...


class Incidents(Protocol):
    """What incident knows and dispatch may not have heard of yet."""

    async def read(self, incident_id: IncidentId) -> Demand | None:
        """One incident by HTTP, or None when there is none."""
        ...


class Previews(Protocol):
    """What the engine would say."""

    async def of(self, demand: Demand) -> AdviceView:
        """Who would go to an incident as it is given, beside all that is open."""
        ...


@dataclass(frozen=True, slots=True)
class CellsAt:
    """A point in the grid: its cell's path, or the nearest one's; its cells of other kinds."""

    path: str | None
    also_in: tuple[str, ...]
    is_inside: bool
    response_areas: tuple[str, ...] = ()
    """Those that hold the point by their codes, the smallest first."""


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area of the grid: its level and its names."""

    level: str
    name_zh: str
    name_en: str


class Cells(Protocol):
    """Where points lie in the grid."""

    async def at(self, point: Point) -> CellsAt:
        """All the cells at a point."""
        ...

    async def named(self, areas: Sequence[str]) -> Mapping[str, AreaName]:
        """What areas are called, by their paths; without those that the grid does not have."""
        ...

    async def unknown(self, areas: AbstractSet[str]) -> AbstractSet[str]:
        """Those of the areas, by path or code, that are neither the grid's nor response areas."""
        ...


@dataclass(frozen=True, slots=True)
class CardDesk:
    """What the routes of run cards and alarms need beside the rest."""

    editions: Callable[[Any], CardEditions]
    answering: Callable[[Any], Answering]
    views: CardViews
    previews: Previews
    cells: Cells


@dataclass(frozen=True, slots=True)
class RosterDesk:
    """What the routes of rosters and of tasks given by hand need beside the rest."""

    rosters: Callable[[Any], Rosters]
    answering: Callable[[Any], Answering]
    views: RosterViews
    cells: Cells


@dataclass(frozen=True, slots=True)
class AidDesk:
    """What the routes of mutual aid need beside the rest."""

    helping: Callable[[Any], Helping]
    views: AidViews


@dataclass(frozen=True, slots=True)
class BedDesk:
    """What the routes of casualties and beds need beside the rest."""

    beds: Callable[[Any], Beds]
    answering: Callable[[Any], Answering]
    counts: Callable[[], Awaitable[Mapping[HospitalId, BedCount]]]


@dataclass(frozen=True, slots=True)
class Desk:
    """One service's worth: `units(tx)` and the like reach the tables of a transaction."""

    units: Callable[[Any], Units]
    assignments: Callable[[Any], Assignments]
    demands: Callable[[Any], Demands]
    tasks: Callable[[Any], Tasks]
    policies: Callable[[Any], Policies]
    registers: Callable[[Any], Registers]
    instructions: Callable[[Any], Instructions]
    rosters: Callable[[Any], Rosters]
    deadlines: Callable[[Any], Deadlines]
    standbys: Callable[[Any], Standbys]
    engine_rules: Callable[[Any], RulesOfEngine]
    views: Views
    ways: Ways
    incidents: Incidents
    wake: Callable[[], None]
