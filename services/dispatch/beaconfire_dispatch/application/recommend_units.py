"""Recommend units for an incident: kept with its reasons and inputs, told only when it changed."""

from collections.abc import Callable, Mapping, Sequence
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

    async def newest(self, incident_ids: Sequence[IncidentId]) -> Mapping[IncidentId, Kept]:
        """The last one for each incident; none where there is none, or where it was followed."""
        ...

    async def add(self, command: Recommend, kept: Kept, made_at: datetime) -> None:
        """Keep a new one."""
        ...

    async def refresh(self, commands: Sequence[Recommend]) -> None:
        """The same units with newer times: the last ones say so from now on."""
        ...


def keys(command: Recommend) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def recommend_units(
    commands: Sequence[Recommend],
    *,
    recommendations: Recommendations,
    demands: Demands,
    facts_of: Callable[[IncidentId], Facts],
    now: datetime,
) -> int:
    """Keep them, and tell each that proposes other units or has another line short; how many.

    `facts_of` gives where what is about an incident is told.
    """
    known = await demands.several([one.incident_id for one in commands])
    live = {name: one for name, one in known.items() if one.is_live}
    before = await recommendations.newest(list(live))
    old, changed = list[Recommend](), 0
    for command in commands:
        if command.incident_id not in live:
            continue
        kept = Kept.of(command.advice.proposal)
        if before.get(command.incident_id) == kept:
            old.append(command)
            continue
        await recommendations.add(command, kept, now)
        scope = scope_of(live[command.incident_id])
        await facts_of(command.incident_id).tell(_told(command, now), scope=scope)
        changed += 1
    await recommendations.refresh(old)
    return changed


def _told(command: Recommend, now: datetime) -> RecommendationMade:
    return RecommendationMade(
        command.incident_id,
        command.recommendation_id,
        tuple(_proposed(one, now) for one in _best(command.advice)),
        command.advice.short,
        now,
    )


def _best(advice: Advice) -> tuple[Choice, ...]:
    return advice.options[0].choices if advice.options else ()


def _proposed(one: Choice, now: datetime) -> ProposedUnit:
    eta_at = now + timedelta(seconds=one.travel_time_s)
    turned_from = None if one.leaves is None else IncidentId(one.leaves.incident_id)
    replaces = None if one.replaces is None else AssignmentId(one.replaces.assignment_id)
    return ProposedUnit(
        UnitId(one.unit_id), one.capability, one.travel_time_s, eta_at, turned_from, replaces
    )
