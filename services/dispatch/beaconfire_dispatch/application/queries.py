"""What dispatch is asked: the shapes of its answers, and the questions that a store must answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Protocol

from beaconfire_contracts.facts.dispatch import HospitalRegistered
from beaconfire_contracts.ids import (
    AidId,
    AssignmentId,
    BodyId,
    IncidentId,
    PersonId,
    TaskId,
    UnitId,
)
from beaconfire_dispatch.application.ports import Station
from beaconfire_dispatch.domain.aid import Aid
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.engine_rules import EngineRules
from beaconfire_dispatch.domain.instruction import Instruction
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_dispatch.domain.roster import Responder, Roster
from beaconfire_dispatch.domain.run_card import RunCards
from beaconfire_dispatch.domain.standby import Standby
from beaconfire_dispatch.domain.task import Task
from beaconfire_dispatch.domain.unit import Unit

Bounds = tuple[bool, list[str], list[str], list[str], list[str], list[str]]
"""How far a caller may see in lists: the parameters of the access rule's predicate."""


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its station and what it is on."""

    unit: Unit
    station: Station
    incident_id: str | None
    assignment_id: str | None


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """An assignment with what decides who may see it."""

    assignment: Assignment
    call_sign: str
    body: str
    demand: Demand | None
    destination: str | None = None
    """The hospital where a bed is kept for whoever it carries."""


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with what its worker needs: the kind of the incident and where it is."""

    task: Task
    demand: Demand | None


@dataclass(frozen=True, slots=True)
class Companion:
    """A unit on an incident, as the others there are told of it: no person, no report."""

    unit_id: str
    call_sign: str
    type: str
    status: str
    eta_at: datetime | None


@dataclass(frozen=True, slots=True)
class AdviceView:
    """The newest recommendation for an incident, as it was kept."""

    recommendation_id: str
    made_at: datetime
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AidView:
    """A request for aid with the division of the body that is asked."""

    aid: Aid
    division: str | None


class AidViews(Protocol):
    """The questions about aid."""

    async def aid(self, aid_id: AidId) -> AidView | None:
        """One request."""
        ...

    async def aids(
        self,
        bounds: Bounds,
        *,
        incident_id: str | None,
        is_asked: bool | None,
        after: str,
        limit: int,
    ) -> Sequence[AidView]:
        """A page of requests by id, which is the order in which they were made."""
        ...


class Views(Protocol):
    """The questions."""

    async def demand(self, incident_id: IncidentId) -> Demand | None:
        """What is known of an incident here."""
        ...

    async def unit(self, unit_id: UnitId) -> UnitView | None:
        """One unit."""
        ...

    async def units(self, bounds: Bounds, *, after: str, limit: int) -> Sequence[UnitView]:
        """A page of units by call sign."""
        ...

    async def units_among(self, bounds: Bounds, unit_ids: Sequence[str]) -> Sequence[UnitView]:
        """Those of these units that a caller may see, by call sign."""
        ...

    async def assignment(self, assignment_id: AssignmentId) -> AssignmentView | None:
        """One assignment."""
        ...

    async def assignments(
        self,
        bounds: Bounds,
        *,
        unit_id: str | None,
        incident_id: str | None,
        is_open: bool | None,
        after: str,
        limit: int,
    ) -> Sequence[AssignmentView]:
        """A page of assignments by id, which is the order in which they were given."""
        ...

    async def task(self, task_id: TaskId) -> TaskView | None:
        """One task."""
        ...

    async def tasks(
        self, bounds: Bounds, *, active: bool | None, since: datetime | None, after: str, limit: int
    ) -> Sequence[TaskView]:
        """A page of tasks by id, those that were offered since a moment."""
        ...

    async def companions(self, incident_ids: Iterable[str]) -> Mapping[str, Sequence[Companion]]:
        """Who is on each of these incidents now, the first to arrive first."""
        ...

    async def stations(self) -> Sequence[Station]:
        """All stations by code."""
        ...

    async def hospitals(self) -> Sequence[HospitalRegistered]:
        """All hospitals by code."""
        ...

    async def policies(self) -> Sequence[Policy]:
        """How each priority is answered."""
        ...

    async def standbys(self) -> Sequence[Standby]:
        """The words on places of free units that had no order since."""
        ...

    async def engine_rules(self) -> EngineRules:
        """What the engine may do."""
        ...

    async def advice(self, incident_id: IncidentId) -> AdviceView | None:
        """The newest recommendation."""
        ...

    async def instructions(self, incident_id: IncidentId) -> Sequence[Instruction]:
        """What desks said of units for one incident."""
        ...

    async def was_recommended(self, incident_id: IncidentId, recommendation_id: str) -> bool:
        """Whether a recommendation of this id was made for the incident."""
        ...


class RosterViews(Protocol):
    """The questions about rosters."""

    async def below(self, area: str, *, after: str, limit: int) -> Sequence[Roster]:
        """A page of the rosters of an area and all below it, also of those that were emptied."""
        ...

    async def over(self, areas: Sequence[str]) -> Sequence[Roster]:
        """The rosters in force of these areas, in this order; without those that have none."""
        ...

    async def still_workers(self, person_ids: Sequence[PersonId]) -> frozenset[PersonId]:
        """Which of these people are grid workers now."""
        ...

    def zone(self, name: str) -> tzinfo:
        """A time zone by its IANA name."""
        ...

    def is_zone(self, name: str) -> bool:
        """Whether there is such a time zone."""
        ...

    async def responders(
        self, path: str | None, also_in: Sequence[str], now: datetime
    ) -> Sequence[Responder]:
        """Who would be asked at a place at a moment, in the order of the ladder."""
        ...

    async def along(self, task: Task) -> Sequence[Task]:
        """All tasks of one ladder, in the order in which they were asked."""
        ...

    async def ahead(self, last: Task, demand: Demand, now: datetime) -> Sequence[Responder]:
        """Who would be asked after the last of a ladder, one after the other."""
        ...


class CardViews(Protocol):
    """The questions about run cards."""

    async def cards(self, body: BodyId, version: int | None) -> tuple[RunCards | None, int]:
        """A version of a body's cards, else those in force; beside it the body's newest."""
        ...

    async def cards_of(self, body: str | None) -> RunCards:
        """The cards in force for a body."""
        ...

    async def division_of(self, body: str) -> str | None:
        """The division of a body; None of one that nobody told of yet."""
        ...

    async def capabilities(self) -> frozenset[str]:
        """What any unit can do, and what the build's own cards ask for."""
        ...
