"""Write a note into an incident's record; its words stay in our tables."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.incident import NoteWritten
from beaconfire_contracts.ids import IncidentId, NoteId, PersonId, SeatId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_incident.application.ports import Facts, Incidents, Notes, scope_of
from beaconfire_incident.domain.incident import Incident


@dataclass(frozen=True, slots=True)
class WriteNote:
    """The words, by whom and from which seat."""

    incident_id: IncidentId
    note_id: NoteId
    text: str
    by: PersonId
    seat: SeatId | None


def keys(command: WriteNote) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def write_note(
    command: WriteNote, *, incidents: Incidents, notes: Notes, facts: Facts, now: datetime
) -> Incident:
    """Keep the words and tell that there are some; a closed file still takes notes."""
    incident = await incidents.get(command.incident_id)
    await notes.add(
        command.note_id,
        incident.id,
        command.text,
        by=command.by,
        seat=command.seat,
        written_at=now,
    )
    changed = replace(incident, version=incident.version + 1)
    await incidents.save(changed)
    await facts.tell(NoteWritten(incident.id, command.note_id, now), scope=scope_of(incident))
    return changed
