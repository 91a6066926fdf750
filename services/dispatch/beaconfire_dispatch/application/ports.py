"""What dispatch's use cases need: units, assignments, demands, tasks, the facts they tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
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
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.demand import UNTOLD_PRIORITY, Demand
from beaconfire_dispatch.domain.engine_rules import EngineRules
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_dispatch.domain.recall import Deadline
from beaconfire_dispatch.domain.roster import Responder, Roster
from beaconfire_dispatch.domain.run_card import RunCard, RunCards
from beaconfire_dispatch.domain.stand_off import keep_away_m, stand_off_m
from beaconfire_dispatch.domain.standby import Standby
from beaconfire_dispatch.domain.task import Task
from beaconfire_dispatch.domain.unit import Unit


class Facts(Protocol):
    """Where facts are told."""

    async def tell(self, *facts: Fact, scope: Scope | None = None) -> None:
        """Tell facts in order; durable with the transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Station:
    """The fixed place from which units respond (消防站 / 急救站).

    `layer` is the map that it follows, if any, by what that told at `mapped_at`; since `retired_at`
    that one has it no longer.
    """

    id: StationId
    code: str
    name_zh: str
    name_en: str
    body: BodyId
    point: Point
    division: str
    layer: str | None = None
    retired_at: datetime | None = None
    mapped_at: datetime | None = None


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

    async def has_gone_out(self, assignment_id: AssignmentId) -> bool:
        """Whether its crew may have heard of it: it answered, or the time to undo is over."""
        ...


class Demands(Protocol):
    """What is known of incidents."""

    async def get(self, incident_id: IncidentId) -> Demand | None:
        """One demand, or None when dispatch has not heard of the incident."""
        ...

    async def several(self, incident_ids: Sequence[IncidentId]) -> Mapping[IncidentId, Demand]:
        """Those of many incidents of which dispatch has heard."""
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

    async def along(self, task: Task) -> Sequence[Task]:
        """All tasks of one ladder, in the order in which they were asked."""
        ...

    async def still_workers(self, person_ids: Sequence[PersonId]) -> frozenset[PersonId]:
        """Which of these people are grid workers now."""
        ...

    async def add(self, task: Task) -> None:
        """Keep a new one."""
        ...

    async def save(self, task: Task) -> None:
        """Keep a changed one."""
        ...

    async def responders(self, path: str) -> Sequence[Responder]:
        """Whose reach holds a path: the longest first, then whoever has least to do."""
        ...


class Rosters(Protocol):
    """Who answers for which area, and when of a week."""

    async def over(self, areas: Sequence[str]) -> Sequence[Roster]:
        """The rosters in force of these areas, in this order; without those that have none."""
        ...

    async def versions(self, areas: Sequence[str]) -> Mapping[str, int]:
        """The newest version of each area's roster, of those that ever had one."""
        ...

    async def add(self, roster: Roster, *, issued_by: str, issued_at: datetime) -> None:
        """Keep a new version."""
        ...

    def zone(self, name: str) -> tzinfo:
        """A time zone by its IANA name."""
        ...

    def is_zone(self, name: str) -> bool:
        """Whether there is such a time zone."""
        ...


class Standing(Protocol):
    """Where one can stand."""

    def outside(self, point: Point, metres: float) -> Point:
        """A place that is no nearer to a point than this: on a road where one is known."""
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

    async def save_station(self, station: Station) -> None:
        """Keep how a station is now."""
        ...

    async def hospital_of(self, code: str) -> HospitalRegistered | None:
        """The hospital of a code."""
        ...

    async def add_hospital(self, hospital: HospitalRegistered) -> None:
        """Keep a new hospital."""
        ...


class Policies(Protocol):
    """How each priority is answered, and where and of what type otherwise."""

    async def of(
        self, priority: int, type_code: str | None = None, path: str | None = None
    ) -> Policy:
        """The policy of a priority for a type in a place."""
        ...

    async def save(self, policy: Policy) -> None:
        """Keep a changed one."""
        ...

    async def drop(self, priority: int, area: str | None, type_code: str | None) -> bool:
        """Forget an exception; whether there was one."""
        ...


class Standbys(Protocol):
    """Where units stand by."""

    async def of(self, unit_id: UnitId) -> Standby | None:
        """The last word on a unit's place."""
        ...

    async def save(self, standby: Standby) -> None:
        """Keep it in place of the last."""
        ...


class RulesOfEngine(Protocol):
    """What the engine may do."""

    async def get(self) -> EngineRules:
        """Those in force."""
        ...

    async def save(self, rules: EngineRules) -> None:
        """Keep changed ones."""
        ...


class Deadlines(Protocol):
    """What must have happened by a moment."""

    async def set(self, deadline: Deadline) -> None:
        """Keep one; of a matter and subject that has one already, the first stays."""
        ...

    async def is_open(self, deadline: Deadline) -> bool:
        """Whether it still waits for its moment."""
        ...

    async def close(self, deadline: Deadline, raised_at: datetime | None) -> None:
        """It has come: raised, or moot."""
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
    rosters: Rosters
    standing: Standing
    deadlines: Deadlines

    async def card_of(self, demand: Demand) -> RunCard:
        """The card in force for an incident as it is known now."""
        return (await self.cards.of(demand.owner)).choose_in(demand.type, demand.card_areas)

    async def stand_off_of(self, demand: Demand) -> float:
        """How near anybody unprotected may come to it, in metres."""
        return stand_off_m((await self.card_of(demand)).stand_off_m, demand.type)

    def place_for(self, demand: Demand, metres: float) -> Point | None:
        """Where somebody is sent who keeps so far away; None while nobody knows where it is."""
        if demand.point is None or metres <= 0.0:
            return demand.point
        return self.standing.outside(demand.point, keep_away_m(metres, demand.uncertainty_m))


def scope_of(demand: Demand | None) -> Scope:
    """The labels that travel with facts about an incident."""
    if demand is None:
        return Scope()
    return Scope(owner=demand.owner, division=demand.whereabouts)


def unit_scope(unit: Unit) -> Scope:
    """The labels that travel with a unit's facts."""
    return Scope(owner=str(unit.body), division=unit.division)


async def policy_for(demand: Demand | None, policies: Policies) -> Policy:
    """The policy by which an incident is answered; of which nothing is known, as one of P2."""
    if demand is None or not demand.priority:
        return await policies.of(UNTOLD_PRIORITY)
    return await policies.of(demand.priority, demand.type, demand.whereabouts)
