"""What an order that nobody gives needs: its own rows, and the tables of a desk's order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from beaconfire_contracts.ids import AssignmentId, IncidentId, RecommendationId, UnitId
from beaconfire_dispatch.application.ports import (
    Arrivals,
    Assignments,
    Deadlines,
    Demands,
    Facts,
    Policies,
    RulesOfEngine,
    Units,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a proposed unit leaves, with its incident, and whose place it takes, with its unit."""

    leaves: AssignmentId | None = None
    away: IncidentId | None = None
    replaces: AssignmentId | None = None
    replaced: UnitId | None = None


class AutomaticOrders(Protocol):
    """By which recommendations somebody was ordered though nobody asked."""

    async def is_newest(self, incident_id: IncidentId, named: RecommendationId) -> bool:
        """Whether nothing else was recommended for the incident since."""
        ...

    async def claim(
        self, recommendation_id: RecommendationId, incident_id: IncidentId, at: datetime
    ) -> bool:
        """Keep that it is followed; False where it was already."""
        ...

    async def barred(
        self,
        incident_id: IncidentId,
        unit_ids: Sequence[UnitId],
        leaving: Sequence[AssignmentId] = (),
    ) -> frozenset[UnitId]:
        """Who of these is kept for another, vetoed here, or on an incident, unless it leaves it."""
        ...


@dataclass(frozen=True, slots=True)
class Ordering:
    """The tables and data that such an order needs, within one transaction."""

    automatic: AutomaticOrders
    units: Units
    assignments: Assignments
    demands: Demands
    policies: Policies
    rules: RulesOfEngine
    deadlines: Deadlines
    arrivals: Arrivals
    facts: Facts
