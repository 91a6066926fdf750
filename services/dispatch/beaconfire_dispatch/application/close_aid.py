"""Close a request for aid without units: declined, expired or withdrawn; the next is asked."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.aid import AidExhausted
from beaconfire_contracts.ids import AidId, IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.application.aid_ports import Helping
from beaconfire_dispatch.application.ask_next import AskNext, ask_next
from beaconfire_dispatch.application.ports import scope_of
from beaconfire_dispatch.domain.aid import Aid, answered
from beaconfire_dispatch.domain.demand import Demand


@dataclass(frozen=True, slots=True)
class CloseAid:
    """Which request leads to no units, how it ended, and why."""

    aid_id: AidId
    incident_id: IncidentId
    state: AidState
    reason: str | None = None


def keys(command: CloseAid) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def close_aid(command: CloseAid, *, helping: Helping, now: datetime) -> Aid:
    """Tell it, and ask the next; nobody more is asked where it was withdrawn, or is over.

    Who answered in the moment in which their time ran out has answered.
    """
    before = await helping.aids.get(command.aid_id)
    if command.state is AidState.EXPIRED and (not before.is_asked or before.due_at > now):
        return before
    after, told = answered(before, command.state, at=now, reason=command.reason)
    await helping.aids.save(after)
    demand = await helping.demands.get(before.incident_id) or Demand(before.incident_id)
    await helping.facts.tell(told, scope=scope_of(demand))
    if command.state is not AidState.WITHDRAWN and demand.is_live:
        await _ask_next(after, demand, helping, now)
    return after


async def _ask_next(before: Aid, demand: Demand, helping: Helping, now: datetime) -> None:
    """When nobody is left the shift leader has it: once, as each request is answered once."""
    asking = AskNext(
        AidId(helping.new_id()), before.root_id, before.incident_id, before.for_body,
        before.needs, before.due_at - before.asked_at,
    )  # fmt: skip
    if await ask_next(asking, demand, helping=helping, now=now) is None:
        told = AidExhausted(before.incident_id, before.root_id, now)
        await helping.facts.tell(told, scope=scope_of(demand))
