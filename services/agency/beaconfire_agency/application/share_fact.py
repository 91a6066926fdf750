"""Share a fact: keep what it changes, and tell each subscriber what it may see of that."""

from typing import Any

from beaconfire_agency.application.ports import Learning, MaySee
from beaconfire_agency.domain import known_incident, known_unit
from beaconfire_agency.domain.known_incident import OF_INCIDENT
from beaconfire_agency.domain.sharing import Known, due, kind_of
from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import spec_of
from beaconfire_contracts.ids import IncidentId, UnitId


async def share_fact(told: Envelope[Any], *, sharing: Learning, may_see: MaySee) -> None:
    """Who may see the thing now is told how it stands; who may no more, that it is withdrawn."""
    known = await _after(told, sharing)
    await sharing.keep(known, spec_of(told.fact).service)
    sight = known.sight
    for subscription, was_shown in await sharing.subscribers(known.id):
        allowed = sight is not None and may_see(subscription, kind_of(known), sight)
        event = due(known, allowed=allowed, was_shown=was_shown)
        if event is not None:
            await sharing.put(subscription, event)


async def _after(told: Envelope[Any], sharing: Learning) -> Known:
    if type(told.fact) in OF_INCIDENT:
        before = await sharing.incident(IncidentId(told.key))
        return known_incident.with_fact(told.fact, before, told.cause.exercise_id)
    return known_unit.with_fact(told.fact, await sharing.unit(UnitId(told.key)))
