"""Count casualties: one incident asks for more, or for less, as its count becomes better known."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.casualties import CasualtiesCounted
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.follow_card import follow_card
from beaconfire_dispatch.application.order_units import IncidentOver
from beaconfire_dispatch.application.ports import Answering, scope_of
from beaconfire_dispatch.domain.casualties import Casualties
from beaconfire_dispatch.domain.demand import Demand, asks_more


@dataclass(frozen=True, slots=True)
class CountCasualties:
    """How many are hurt at an incident, as is known now."""

    incident_id: IncidentId
    casualties: Casualties


def keys(command: CountCasualties) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def count_casualties(
    command: CountCasualties, demand: Demand, *, answering: Answering, now: datetime
) -> Demand:
    """Keep and tell it, and what it asks for now; the same count again changes nothing."""
    if not demand.is_live:
        raise IncidentOver
    if command.casualties == demand.casualties:
        return demand
    counted = replace(demand, casualties=command.casualties)
    after = await follow_card(demand, counted, answering=answering)
    if asks_more(demand, after):
        after = replace(after, answered=False)
    await answering.demands.save(after)
    one = command.casualties
    told = CasualtiesCounted(
        demand.incident_id, one.immediate, one.delayed, one.minor, one.dead, now
    )
    await answering.facts.tell(told, scope=scope_of(after))
    return after
