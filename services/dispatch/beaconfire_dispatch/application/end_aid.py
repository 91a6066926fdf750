"""End aid: the last unit that was given is done, or the incident was over before an answer came."""

from datetime import datetime

from beaconfire_contracts.facts.aid import AidEnded
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.application.aid_ports import Helping
from beaconfire_dispatch.application.close_aid import CloseAid, close_aid
from beaconfire_dispatch.application.ports import scope_of
from beaconfire_dispatch.domain.aid import Aid, ended
from beaconfire_dispatch.domain.demand import Demand

INCIDENT_OVER = "incident_over"
"""Why a request is withdrawn by itself."""


def keys(seen: Aid) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(seen.incident_id),)


async def end_aid(seen: Aid, *, helping: Helping, now: datetime) -> bool:
    """Look again under the lock; whether it was ended, once."""
    before = await helping.aids.get(seen.id)
    demand = await helping.demands.get(before.incident_id) or Demand(before.incident_id)
    if before.is_asked and not demand.is_live:
        over = CloseAid(before.id, before.incident_id, AidState.WITHDRAWN, INCIDENT_OVER)
        await close_aid(over, helping=helping, now=now)
        return True
    if before.state is not AidState.ACCEPTED or await helping.aids.is_at_work(before.id):
        return False
    await helping.aids.save(ended(before))
    told = AidEnded(before.incident_id, before.id, before.body, now)
    await helping.facts.tell(told, scope=scope_of(demand))
    return True
