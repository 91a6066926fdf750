"""Which proposed units are ordered though nobody asked: for what is still short now, free ones, and
where the policy says so those that are turned round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.vocabulary import AssignmentStatus, PolicyMode
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_dispatch.domain.recall import GIVES_WAY, LEAVES_A_GAP, STILL_COMING, TURNED_ROUND
from beaconfire_dispatch.domain.run_card import areas_of
from beaconfire_dispatch.domain.still_short import still_short
from beaconfire_dispatch.domain.unit import OUT_OF_WORK, Unit

GOES_ON: Final = GIVES_WAY | {TURNED_ROUND}
"""Why a desk took a crew away while its incident goes on: that is no word against others."""


@dataclass(frozen=True, slots=True)
class Case:
    """An incident as an automatic order finds it, under its locks (自动调派情形)."""

    demand: Demand
    policy: Policy
    proposed: tuple[Unit, ...]
    """In the order of the lines that they would fill."""
    barred: frozenset[UnitId]
    """On another incident, kept for another, or vetoed here by a desk."""
    sent: tuple[frozenset[str], ...]
    """What those can do who are on it, or have done their work there."""
    is_taken_back: bool
    """Whether a desk took an order for it back."""
    turning: frozenset[UnitId] = frozenset()
    """Who of those proposed is on its way elsewhere, and may be turned round unasked."""
    instead: tuple[Unit, ...] = ()
    """Who is proposed beside them, where somebody of them may not be turned round."""


def units_to_order(case: Case) -> tuple[UnitId, ...]:
    """Those to be ordered now, perhaps none.

    Never more than what is still short by now: a proposal may be older than the last order. Where
    lines are filled together or not at all, all that was proposed goes, or nobody.
    """
    if not _is_automatic(case):
        return ()
    able = [unit for unit in _in_order(case) if _may_go(unit, case)]
    filling = _filling(case.demand.needs, case.sent, able)
    if len(filling) < len(case.proposed) and any(one.group for one in case.demand.needs):
        return ()
    return tuple(unit.id for unit in filling)


def who_turns_nobody(options: Sequence[Mapping[UnitId, bool]]) -> tuple[UnitId, ...]:
    """Of ways to answer, the best first, who goes without turning anybody round: those of a way
    that turns nobody, if there is one with all free units of the best; then whoever else is free.

    Each way says by unit whether it would turn somebody. Without such a way a line may still be
    filled by who is free, while another waits for a person.
    """
    best = {name for one in options[:1] for name, turns in one.items() if not turns}
    whole = sorted(
        (one for one in options if not any(one.values())), key=lambda one: not best <= one.keys()
    )
    offered = (name for one in (*whole[:1], *options) for name, turns in one.items() if not turns)
    return tuple(dict.fromkeys(offered))


def _in_order(case: Case) -> list[Unit]:
    """Everybody once. What a policy lets turn round is faster than whoever is free instead."""
    first, then = case.proposed, case.instead
    every = (*first, *then) if case.turning else (*then, *first)
    return list({unit.id: unit for unit in every}.values())


def _is_automatic(case: Case) -> bool:
    """Not where a desk took an order back, nor where nobody's reach would see what was done."""
    demand = case.demand
    is_in_sight = demand.owner is not None and demand.whereabouts is not None
    is_asking = demand.is_live and demand.response_id is not None and not demand.answered
    is_auto = case.policy.mode is PolicyMode.AUTO
    return is_auto and is_asking and is_in_sight and not case.is_taken_back


def _may_go(unit: Unit, case: Case) -> bool:
    can = unit.may_be_sent or unit.id in case.turning
    return can and unit.id not in case.barred and _answers_for(case.policy, unit)


def may_be_turned(
    order: Assignment, unit: Unit, away: Demand, demand: Demand, policy: Policy
) -> bool:
    """Whether a crew on its way `away` may be called off for `demand` though nobody asked.

    Only where the policy says so, for something as urgent at least, and within the policy's area:
    whoever wrote it answers for no other. Never after arrival, nor who is called back already.
    """
    is_coming = order.status in STILL_COMING and order.recall_at is None
    is_steady = order.turned_from is None  # no crew is driven to and fro
    is_less = away.urgency >= demand.urgency
    is_here = policy.area is None or policy.area in areas_of(away.whereabouts)
    is_able = unit.status not in OUT_OF_WORK
    may_be = policy.may_divert_unasked and is_here and is_less
    return may_be and is_coming and is_steady and is_able


def _answers_for(policy: Policy, unit: Unit) -> bool:
    """Whoever wrote a policy for an area answers for units that stand for it or lie in it."""
    area = policy.area
    if area is None:
        return True
    return f"{area}.".startswith(f"{unit.division}.") or f"{unit.division}.".startswith(f"{area}.")


def _filling(
    needs: Sequence[Need], sent: Sequence[frozenset[str]], able: Sequence[Unit]
) -> list[Unit]:
    chosen: list[Unit] = []
    there = list(sent)
    short = _count(needs, there)
    for unit in able:
        left = _count(needs, [*there, unit.capabilities])
        if left < short:
            chosen.append(unit)
            there.append(unit.capabilities)
            short = left
    return chosen


def _count(needs: Sequence[Need], sent: Sequence[frozenset[str]]) -> int:
    return sum(need.count for need in still_short(needs, sent))


def counts_as_sent(one: Assignment, since: datetime | None) -> bool:
    """Whether it fills a line: who comes or is there, and who did the work since it is open."""
    if one.has_ended:
        is_later = since is None or one.dispatched_at >= since
        return one.status is AssignmentStatus.CLEARED and is_later
    return one.recall_at is None or one.recall_reason not in LEAVES_A_GAP


def was_taken_back(everybody: Sequence[Assignment], since: datetime | None) -> bool:
    """Whether a desk undid or recalled an order since then: from there on a person decides.

    Whom a desk needs elsewhere, or turned round, leaves a gap that is to be filled at once.
    """
    return any(
        one.recall_reason is not None
        and one.recall_reason not in GOES_ON
        and (since is None or one.dispatched_at >= since)
        for one in everybody
    )
