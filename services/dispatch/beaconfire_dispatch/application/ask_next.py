"""Ask the next body for units: whoever was not asked yet along a root, as units are free now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from beaconfire_contracts.ids import AidId, BodyId, IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.needs import Need
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.application.aid_ports import Helping
from beaconfire_dispatch.application.ports import scope_of
from beaconfire_dispatch.domain.aid import Aid, ladder, requested
from beaconfire_dispatch.domain.demand import Demand


@dataclass(frozen=True, slots=True)
class AskNext:
    """What is needed where, on whose behalf, and how long each body has to answer."""

    aid_id: AidId
    root_id: AidId
    incident_id: IncidentId
    for_body: BodyId
    needs: tuple[Need, ...]
    patience: timedelta
    body: BodyId | None = None
    """This one, whoever else there is."""


def keys(command: AskNext) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def ask_next(
    command: AskNext, demand: Demand, *, helping: Helping, now: datetime
) -> Aid | None:
    """Keep and tell it; None when nobody is left to be asked."""
    body = command.body or await _next(command, demand, helping)
    if body is None:
        return None
    one = Aid(
        command.aid_id, command.root_id, command.incident_id, body, command.for_body,
        command.needs, AidState.ASKED, now, now + command.patience,
    )  # fmt: skip
    await helping.aids.add(one)
    await helping.facts.tell(requested(one), scope=scope_of(demand))
    return one


async def _next(command: AskNext, demand: Demand, helping: Helping) -> BodyId | None:
    others = await helping.aids.of_incident(command.incident_id)
    asked = {one.body for one in others if one.root_id == command.root_id}
    lenders = await helping.neighbours.lenders(command.needs, demand.point)
    order = ladder(command.for_body, await helping.neighbours.bodies(), lenders)
    return next((one for one in order if one not in asked), None)
