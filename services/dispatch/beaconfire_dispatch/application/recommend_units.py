"""Recommend units for an incident: kept with its reasons and inputs, told only when it changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from beaconfire_contracts.facts.dispatch import RecommendationMade
from beaconfire_contracts.ids import AssignmentId, IncidentId, RecommendationId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.needs import Need, ProposedUnit
from beaconfire_dispatch.application.ports import Demands, Facts, scope_of
from beaconfire_dispatch.domain.engine.explain import Advice, Choice, Proposal


@dataclass(frozen=True, slots=True)
class Recommend:
    """What the engine advises for one incident, and the picture that it decided on."""

    recommendation_id: RecommendationId
    incident_id: IncidentId
    advice: Advice
    snapshot_id: str
    circumstances: object = None
    """What was so when it was decided, as it is kept beside the advice."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A recommendation as it is kept: what decides whether the next one is news."""

    units: tuple[UnitId, ...]
    short: tuple[Need, ...]

    @classmethod
    def of(cls, proposal: Proposal) -> "Kept":
        """What a proposal would be kept as."""
        return cls(tuple(UnitId(one) for one in proposal.units), proposal.short)


class Recommendations(Protocol):
    """What was recommended."""

    async def newest(self, incident_id: IncidentId) -> Kept | None:
        """The last one for an incident."""
        ...

    async def add(self, command: Recommend, kept: Kept, made_at: datetime) -> None:
        """Keep a new one."""
        ...

    async def refresh(self, command: Recommend) -> None:
        """The same units with newer times: the last one says so from now on."""
        ...


def keys(command: Recommend) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def recommend_units(
    command: Recommend,
    *,
    recommendations: Recommendations,
    demands: Demands,
    facts: Facts,
    now: datetime,
) -> bool:
    """Keep it, and tell it when other units are proposed or another line is short."""
    demand = await demands.get(command.incident_id)
    if demand is None or not demand.is_live:
        return False
    kept = Kept.of(command.advice.proposal)
    if await recommendations.newest(command.incident_id) == kept:
        await recommendations.refresh(command)
        return False
    await recommendations.add(command, kept, now)
    told = RecommendationMade(
        command.incident_id,
        command.recommendation_id,
        tuple(_proposed(one, now) for one in _best(command.advice)),
        command.advice.short,
        now,
    )
    await facts.tell(told, scope=scope_of(demand))
    return True


def _best(advice: Advice) -> tuple[Choice, ...]:
    return advice.options[0].choices if advice.options else ()


def _proposed(one: Choice, now: datetime) -> ProposedUnit:
    eta_at = now + timedelta(seconds=one.travel_time_s)
    turned_from = None if one.leaves is None else IncidentId(one.leaves.incident_id)
    replaces = None if one.replaces is None else AssignmentId(one.replaces.assignment_id)
    return ProposedUnit(
        UnitId(one.unit_id), one.capability, one.travel_time_s, eta_at, turned_from, replaces
    )
