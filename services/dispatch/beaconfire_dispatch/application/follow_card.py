"""Follow a run card: what an incident of this type, place and alarm level asks for, by when."""

from dataclasses import replace
from datetime import timedelta

from beaconfire_contracts.facts.dispatch import ResponseOpened
from beaconfire_contracts.ids import ResponseId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import Answering, policy_for, scope_of
from beaconfire_dispatch.domain.casualties import with_casualties
from beaconfire_dispatch.domain.demand import Demand


def keys(demand: Demand) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(demand.incident_id),)


async def follow_card(before: Demand, demand: Demand, *, answering: Answering) -> Demand:
    """Open the response, or set its needs and target anew; nothing is read where nothing changed.

    So newer cards and policies count from what happens next to an incident on.
    """
    if demand.priority is None or demand.opened_at is None:
        return demand
    if demand.response_id is not None and _decides(before) == _decides(demand):
        return demand
    policy = await policy_for(demand, answering.policies)
    cards = await answering.cards.of(demand.owner)
    card = cards.choose_in(demand.type, demand.card_areas)
    needs = with_casualties(card.at(demand.alarm_level), demand.casualties)
    target_at = demand.opened_at + timedelta(seconds=policy.target_s)
    if demand.response_id is not None and (needs, target_at) == (demand.needs, demand.target_at):
        return demand
    response_id = demand.response_id or ResponseId(answering.new_id())
    told = ResponseOpened(
        demand.incident_id, response_id, demand.opened_at, target_at, needs, policy.mode,
        demand.alarm_level, cards.named(card),
    )  # fmt: skip
    await answering.facts.tell(told, scope=scope_of(demand))
    return replace(demand, response_id=response_id, needs=needs, target_at=target_at)


def _decides(demand: Demand) -> tuple[object, ...]:
    """All of a demand that decides which card is followed, and how far."""
    return (
        demand.response_id, demand.type, demand.card_areas, demand.owner, demand.priority,
        demand.opened_at, demand.alarm_level, demand.casualties,
    )  # fmt: skip
