"""What dispatch's routes need behind them: tables of a transaction, questions, roads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point
from beaconfire_dispatch.application.ports import (
    Assignments,
    Demands,
    Policies,
    Registers,
    Tasks,
    Units,
)
from beaconfire_dispatch.application.queries import UnitView, Views
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


@dataclass(frozen=True, slots=True)
class Desk:
    """One service's worth: `units(tx)` and the like reach the tables of a transaction."""

    units: Callable[[Any], Units]
    assignments: Callable[[Any], Assignments]
    demands: Callable[[Any], Demands]
    tasks: Callable[[Any], Tasks]
    policies: Callable[[Any], Policies]
    registers: Callable[[Any], Registers]
    views: Views
    ways: Ways
    incidents: Incidents
    wake: Callable[[], None]
