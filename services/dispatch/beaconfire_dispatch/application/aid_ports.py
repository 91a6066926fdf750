"""What asking other bodies for units needs: requests, bodies, and who could lend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from beaconfire_contracts.ids import AidId, AssignmentId, BodyId, IncidentId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import Point
from beaconfire_dispatch.application.ports import Demands, Facts, NewIds
from beaconfire_dispatch.domain.aid import Aid, KnownBody, Lender


class Aids(Protocol):
    """All requests; the store refuses that one body is asked twice along one root."""

    async def get(self, aid_id: AidId) -> Aid:
        """One request; NotFound when there is none."""
        ...

    async def of_incident(self, incident_id: IncidentId) -> Sequence[Aid]:
        """All of an incident, the oldest first."""
        ...

    async def add(self, aid: Aid) -> None:
        """Keep a new one."""
        ...

    async def save(self, aid: Aid) -> None:
        """Keep a changed one."""
        ...

    async def give(self, aid: Aid, assignment_ids: Sequence[AssignmentId]) -> None:
        """Keep which orders it led to."""
        ...

    async def is_at_work(self, aid_id: AidId) -> bool:
        """Whether any of the units that were given is still on the incident."""
        ...


class Neighbours(Protocol):
    """Bodies, and which of their units could help."""

    async def bodies(self) -> Mapping[BodyId, KnownBody]:
        """All bodies that agency told of."""
        ...

    async def lenders(self, needs: Sequence[Need], point: Point | None) -> Sequence[Lender]:
        """Bodies with free units that fill any of these lines, with the road time of each unit."""
        ...


@dataclass(frozen=True, slots=True)
class Helping:
    """The tables and data that asking for aid needs, within one transaction."""

    aids: Aids
    neighbours: Neighbours
    demands: Demands
    facts: Facts
    new_id: NewIds
