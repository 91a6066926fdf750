"""Strike an alarm: the incident asks for a later step of its run card, whoever is there."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.dispatch import NextAlarmStruck
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_dispatch.application.follow_card import follow_card
from beaconfire_dispatch.application.order_units import IncidentOver
from beaconfire_dispatch.application.ports import Answering, scope_of
from beaconfire_dispatch.domain.casualties import with_casualties
from beaconfire_dispatch.domain.demand import Demand


class CardExhausted(Conflict):
    """The run card has no such step: send by hand, or ask a neighbour for help."""


class NoRunCard(Conflict):
    """No run card is for this type in this place: say what it is, or send by hand."""


@dataclass(frozen=True, slots=True)
class StrikeAlarm:
    """Which level is struck; naming it makes the same wish, sent twice, one alarm."""

    incident_id: IncidentId
    level: int


def keys(command: StrikeAlarm) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def strike_alarm(
    command: StrikeAlarm, demand: Demand, *, answering: Answering, now: datetime
) -> Demand:
    """Keep and tell it; a level that was struck already, or passed, changes nothing."""
    if not demand.is_live:
        raise IncidentOver
    if command.level <= demand.alarm_level:
        return demand
    cards = await answering.cards.of(demand.owner)
    card = cards.choose_in(demand.type, demand.card_areas)
    if card.levels == 0:
        raise NoRunCard(type=demand.type)
    if command.level > card.levels:
        raise CardExhausted(levels=card.levels, alarm_level=demand.alarm_level)
    # an incident that dispatch has not heard of itself gets its response with its first alarm
    opened = await follow_card(demand, demand, answering=answering)
    if opened.response_id is None:
        raise NoRunCard(type=demand.type)
    needs = with_casualties(card.at(command.level), opened.casualties)
    struck = replace(opened, alarm_level=command.level, needs=needs, answered=False)
    told = NextAlarmStruck(
        struck.incident_id, opened.response_id, command.level, needs, now, cards.named(card)
    )
    await answering.demands.save(struck)
    await answering.facts.tell(told, scope=scope_of(struck))
    return struck
