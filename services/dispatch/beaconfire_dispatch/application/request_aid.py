"""Ask another body for units: the nearest neighbour that has them, then the level above."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from beaconfire_contracts.ids import AidId, BodyId, IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.needs import Need
from beaconfire_contracts.refusals import Conflict, Invalid
from beaconfire_dispatch.application.aid_ports import Helping
from beaconfire_dispatch.application.ask_next import AskNext, ask_next
from beaconfire_dispatch.application.order_units import IncidentOver
from beaconfire_dispatch.domain.aid import ANSWER_S, Aid


class NothingShort(Conflict):
    """Nothing is short by what is recommended: say what is needed, or send who is free."""


class NobodyCanHelp(Conflict):
    """No neighbour has a free unit that could help, and nobody stands above."""


class AidAsked(Conflict):
    """A body is asked for this incident already: wait for its answer, or withdraw it."""


class NoSuchBody(Invalid):
    """There is no such body to be asked, or it is the one that asks."""


@dataclass(frozen=True, slots=True)
class RequestAid:
    """For which incident what is short, on whose behalf; `body` asks that one first."""

    aid_id: AidId
    incident_id: IncidentId
    for_body: BodyId
    needs: tuple[Need, ...]
    body: BodyId | None = None
    within_s: int = ANSWER_S


def keys(command: RequestAid) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def request_aid(command: RequestAid, *, helping: Helping, now: datetime) -> Aid:
    """Keep and tell it; one body is asked at a time."""
    demand = await helping.demands.get(command.incident_id)
    if demand is None or not demand.is_live:
        raise IncidentOver
    if not command.needs:
        raise NothingShort
    waiting = [one for one in await helping.aids.of_incident(command.incident_id) if one.is_asked]
    if waiting:
        raise AidAsked(aid_id=str(waiting[0].id), body=str(waiting[0].body))
    if command.body is not None:
        await _expect_known(command, command.body, helping)
    asking = AskNext(
        command.aid_id, command.aid_id, command.incident_id, command.for_body, command.needs,
        timedelta(seconds=command.within_s), command.body,
    )  # fmt: skip
    asked = await ask_next(asking, demand, helping=helping, now=now)
    if asked is None:
        raise NobodyCanHelp
    return asked


async def _expect_known(command: RequestAid, body: BodyId, helping: Helping) -> None:
    if body not in await helping.neighbours.bodies() or body == command.for_body:
        raise NoSuchBody(pointer="/body")
