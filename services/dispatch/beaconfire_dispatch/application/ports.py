"""What dispatch's use cases need: units, assignments, demands, tasks, the facts they tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.dispatch import HospitalRegistered
from beaconfire_contracts.ids import (
    AssignmentId,
    BodyId,
    IncidentId,
    PersonId,
    StationId,
    TaskId,
    UnitId,
)
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import PolicyMode, TaskKind, TaskState
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.run_card import RunCard, RunCards
from beaconfire_dispatch.domain.unit import Unit


class Facts(Protocol):
    """Where facts are told."""

    async def tell(self, *facts: Fact, scope: Scope | None = None) -> None:
        """Tell facts in order; durable with the transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Station:
    """The fixed place from which units respond (消防站 / 急救站)."""

    id: StationId
    code: str
    name_zh: str
    name_en: str
    body: BodyId
    point: Point
    division: str


@dataclass(frozen=True, slots=True)
class Policy:
    """How one priority is answered: proposed or ordered, target and patience in seconds."""

    priority: int
    mode: PolicyMode
    target_s: int
    acknowledge_s: int


@dataclass(frozen=True, slots=True)
class Task:
    """Something asked of a grid worker at an incident (核查任务)."""

    id: TaskId
    incident_id: IncidentId
    kind: TaskKind
    person_id: PersonId | None
    state: TaskState
    stand_off_m: float
    offered_at: datetime
    due_at: datetime
    version: int
    reason: str | None = None
    body: BodyId | None = None
    """Whose it is where no worker can do it."""


@dataclass(frozen=True, slots=True)
class Responder:
    """A grid worker who answers for a place, and how near: the reach that holds it (责任人)."""

    person_id: PersonId
    reach: str


class Units(Protocol):
    """All units."""

    async def get(self, unit_id: UnitId) -> Unit:
        """One unit; NotFound when there is none."""
        ...

    async def by_call_sign(self, call_sign: str) -> Unit | None:
        """The unit of a call sign."""
        ...

    async def add(self, unit: Unit) -> None:
        """Keep a new one."""
        ...

    async def save(self, unit: Unit) -> None:
        """Keep a changed one."""
        ...


class Assignments(Protocol):
    """All assignments; the store refuses two open ones of a unit."""

    async def get(self, assignment_id: AssignmentId) -> Assignment:
        """One assignment; NotFound when there is none."""
        ...

    async def open_of_unit(self, unit_id: UnitId) -> Assignment | None:
        """What a unit is on."""
        ...

    async def open_of_incident(self, incident_id: IncidentId) -> Sequence[Assignment]:
        """Who is on an incident."""
        ...

    async def of_incident(self, incident_id: IncidentId) -> Sequence[Assignment]:
        """Who is or was on an incident."""
        ...

    async def order(self, assignment: Assignment) -> None:
        """Keep a new one; UnitTaken when the unit is on another."""
        ...

    async def save(self, assignment: Assignment) -> None:
        """Keep a changed one; an ended one's time ends now."""
        ...


class Demands(Protocol):
    """What is known of incidents."""

    async def get(self, incident_id: IncidentId) -> Demand | None:
        """One demand, or None when dispatch has not heard of the incident."""
        ...

    async def save(self, demand: Demand) -> None:
        """Keep it."""
        ...


class Tasks(Protocol):
    """Grid workers' tasks."""

    async def get(self, task_id: TaskId) -> Task:
        """One task; NotFound when there is none."""
        ...

    async def open_of_incident(self, incident_id: IncidentId) -> Sequence[Task]:
        """Tasks that are not done."""
        ...

    async def who_cannot(self, incident_id: IncidentId) -> frozenset[PersonId]:
        """Who said of an incident that they cannot."""
        ...

    async def add(self, task: Task) -> None:
        """Keep a new one."""
        ...

    async def save(self, task: Task) -> None:
        """Keep a changed one."""
        ...

    async def responders(self, path: str) -> Sequence[Responder]:
        """Who answers for a path: the longest reach first, then whoever has least to do."""
        ...


class Arrivals(Protocol):
    """How long units need from where they are."""

    async def seconds(self, unit_ids: Sequence[UnitId], goal: Point) -> dict[UnitId, float]:
        """Seconds to a goal; whom no road leads there is left out."""
        ...


class Registers(Protocol):
    """Where stations and hospitals are kept."""

    async def station_of(self, code: str) -> Station | None:
        """The station of a code."""
        ...

    async def add_station(self, station: Station) -> None:
        """Keep a new station."""
        ...

    async def hospital_of(self, code: str) -> HospitalRegistered | None:
        """The hospital of a code."""
        ...

    async def add_hospital(self, hospital: HospitalRegistered) -> None:
        """Keep a new hospital."""
        ...


class Policies(Protocol):
    """How each priority is answered."""

    async def of(self, priority: int) -> Policy:
        """The policy of a priority."""
        ...

    async def save(self, policy: Policy) -> None:
        """Keep a changed one."""
        ...


class CardEditions(Protocol):
    """Each body's run cards, version by version."""

    async def of(self, body: str | None) -> RunCards:
        """The cards in force for a body: its own newest, else those that came with the build."""
        ...

    async def newest(self, body: BodyId) -> int:
        """The newest version of a body's own cards; 0 where it has none."""
        ...

    async def read(self, body: BodyId, version: int) -> RunCards | None:
        """One version of a body's own cards; 0 is what came with the build."""
        ...

    async def add(self, cards: RunCards, *, issued_by: str, issued_at: datetime) -> None:
        """Keep a new version."""
        ...


class NewIds(Protocol):
    """Ids made at the edge, since the core makes none."""

    def __call__(self) -> str:
        """A new id."""
        ...


@dataclass(frozen=True, slots=True)
class Answering:
    """The tables and data that following an incident needs, within one transaction."""

    demands: Demands
    assignments: Assignments
    tasks: Tasks
    policies: Policies
    facts: Facts
    arrivals: Arrivals
    cards: CardEditions
    new_id: NewIds

    async def card_of(self, demand: Demand) -> RunCard:
        """The card in force for an incident as it is known now."""
        return (await self.cards.of(demand.owner)).choose(demand.type, demand.whereabouts)


def scope_of(demand: Demand | None) -> Scope:
    """The labels that travel with facts about an incident."""
    if demand is None:
        return Scope()
    return Scope(owner=demand.owner, division=demand.whereabouts)


def unit_scope(unit: Unit) -> Scope:
    """The labels that travel with a unit's facts."""
    return Scope(owner=str(unit.body), division=unit.division)
