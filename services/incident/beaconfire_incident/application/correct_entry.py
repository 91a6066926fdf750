"""Correct an entry of an incident's record: nothing is edited, both values stay readable."""

from dataclasses import replace
from datetime import datetime

from beaconfire_contracts.facts.incident import EntryCorrected
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Invalid
from beaconfire_incident.application.ports import (
    Correction,
    Corrections,
    Facts,
    Incidents,
    scope_of,
)
from beaconfire_incident.domain.incident import Incident


class UnknownEntry(Invalid):
    """The incident's record has no such entry."""


def keys(command: Correction) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def correct_entry(
    command: Correction,
    *,
    incidents: Incidents,
    corrections: Corrections,
    facts: Facts,
    now: datetime,
) -> Incident:
    """Keep both values and tell that there is a correction; a closed file still takes it."""
    incident = await incidents.get(command.incident_id)
    if not await corrections.has_entry(command.incident_id, command.of_fact):
        raise UnknownEntry(pointer="/of_fact")
    await corrections.add(command, now)
    changed = replace(incident, version=incident.version + 1)
    await incidents.save(changed)
    told = EntryCorrected(incident.id, command.of_fact, command.field, command.reason)
    await facts.tell(told, scope=scope_of(incident))
    return changed
