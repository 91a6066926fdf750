"""What an incident asks for, as far as its facts have been heard; they come in whatever order."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import singledispatch
from typing import Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import incident as told
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.ids import IncidentId, ResponseId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import UNPLACED, Point
from beaconfire_contracts.vocabulary import ParticipationState
from beaconfire_dispatch.domain.card_rules import line_of
from beaconfire_dispatch.domain.casualties import Casualties
from beaconfire_dispatch.domain.run_card import areas_around

UNTOLD_PRIORITY: Final = 2
"""Of what nobody has judged yet: as urgent as most that is, and nobody is turned away for it."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is known of an incident here; almost anything may still be missing (需求)."""

    incident_id: IncidentId
    number: int | None = None
    type: str | None = None
    priority: int | None = None
    point: Point | None = None
    path: str | None = None
    division: str | None = None
    owner: str | None = None
    opened_at: datetime | None = None
    response_id: ResponseId | None = None
    target_at: datetime | None = None
    needs: tuple[Need, ...] = ()
    participants: frozenset[str] = frozenset()
    merged_into: IncidentId | None = None
    ended: bool = False
    verify_path: str | None = None
    answered: bool = False
    alarm_level: int = 1
    uncertainty_m: float | None = None
    also_in: tuple[str, ...] = ()
    """Its cells of other kinds, by their paths."""
    response_areas: tuple[str, ...] = ()
    """Those that hold it, by their codes, the smallest first."""
    casualties: Casualties | None = None
    """How many are hurt, as far as anybody has counted."""

    @property
    def is_live(self) -> bool:
        """Whether anybody is still sent to it under this id."""
        return not self.ended and self.merged_into is None

    @property
    def urgency(self) -> int:
        """Its priority; of an incident that nobody has given one, as of one of P2."""
        return self.priority or UNTOLD_PRIORITY

    @property
    def whereabouts(self) -> str | None:
        """The division path that counts for seeing it: its own place, else its receiver's."""
        return self.division if self.path in (None, UNPLACED) else self.path

    @property
    def card_areas(self) -> tuple[str | None, ...]:
        """What a card for it may call its area, the most specific first, None for everywhere."""
        return tuple(areas_around(self.path, self.also_in, self.response_areas, self.division))


def asks_more(before: Demand, after: Demand) -> bool:
    """Whether it asks for more than it did, or is more urgent, since it was first answered."""
    if before.response_id is None or before.priority is None or after.priority is None:
        return False
    had = {line_of(need): need.count for need in before.needs}
    grew = any(need.count > had.get(line_of(need), 0) for need in after.needs)
    return grew or after.priority < before.priority


@singledispatch
def heard(fact: Fact, demand: Demand) -> Demand:
    """The demand after a fact; a fact that says nothing about it changes nothing."""
    return demand


@heard.register
def _(fact: told.IncidentOpened, demand: Demand) -> Demand:
    return replace(
        demand,
        number=fact.number,
        type=fact.type,
        priority=int(fact.priority),
        point=fact.place.point or demand.point,
        uncertainty_m=_uncertainty(fact, demand),
        division=fact.division,
        owner=str(fact.owner.body),
        opened_at=fact.opened_at,
    )


@heard.register
def _(fact: told.IncidentReclassified, demand: Demand) -> Demand:
    return replace(demand, type=fact.type, priority=int(fact.priority))


@heard.register
def _(fact: told.IncidentRelocated, demand: Demand) -> Demand:
    point = fact.place.point or demand.point
    return replace(demand, point=point, uncertainty_m=_uncertainty(fact, demand))


@heard.register
def _(fact: told.IncidentOwned, demand: Demand) -> Demand:
    return replace(demand, owner=str(fact.owner.body))


@heard.register
def _(fact: told.IncidentAbsorbed, demand: Demand) -> Demand:
    return replace(demand, priority=int(fact.priority))


@heard.register
def _(fact: told.IncidentReleased, demand: Demand) -> Demand:
    return replace(demand, priority=int(fact.priority))


@heard.register
def _(fact: told.IncidentMerged, demand: Demand) -> Demand:
    return replace(demand, merged_into=fact.into_id)


@heard.register
def _(fact: told.IncidentSplit, demand: Demand) -> Demand:
    return replace(demand, merged_into=None, priority=int(fact.priority))


@heard.register
def _(fact: told.IncidentClosed, demand: Demand) -> Demand:
    return replace(demand, ended=True)


@heard.register
def _(fact: told.IncidentVoided, demand: Demand) -> Demand:
    return replace(demand, ended=True)


@heard.register(told.IncidentHandled)
@heard.register(told.IncidentHeld)
def _(_fact: Fact, demand: Demand) -> Demand:
    """The work is done, or waits for a reason: nobody is kept free for it until it is reopened."""
    return replace(demand, answered=True)


@heard.register
def _(fact: told.IncidentReopened, demand: Demand) -> Demand:
    return replace(demand, ended=False, owner=str(fact.owner.body))


@heard.register
def _(fact: told.ParticipationRecorded, demand: Demand) -> Demand:
    part = fact.participation
    others = demand.participants - {str(part.body)}
    gone = part.state is ParticipationState.RETURNED
    return replace(demand, participants=others if gone else others | {str(part.body)})


@heard.register
def _(fact: IncidentPlaced, demand: Demand) -> Demand:
    """Where it lies in the grid; where it is was told by incident itself, in its own order."""
    return replace(
        demand,
        path=fact.path,
        point=demand.point or fact.point,
        also_in=fact.also_in,
        response_areas=fact.response_areas,
    )


def _uncertainty(
    fact: told.IncidentOpened | told.IncidentRelocated, demand: Demand
) -> float | None:
    return demand.uncertainty_m if fact.place.point is None else fact.place.uncertainty_m


FOLLOWED: tuple[type[Fact], ...] = tuple(kind for kind in heard.registry if kind is not object)
"""The facts that say anything about a demand."""
