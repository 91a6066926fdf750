"""File what is over: it leaves the picture by numbered changes that every client applies alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_situation.application.ports import Files
from beaconfire_situation.domain.filing import is_over


@dataclass(frozen=True, slots=True)
class FileEnded:
    """Incidents that were over for long enough when they were looked for."""

    incident_ids: Sequence[str]


def keys(command: FileEnded) -> tuple[LockKey, ...]:
    """The incidents, whose facts wait meanwhile."""
    return tuple(aggregate(one) for one in command.incident_ids)


async def file_ended(command: FileEnded, *, files: Files, now: datetime) -> int:
    """File those that are still over; returns how many."""
    over: list[str] = []
    for one in command.incident_ids:
        kept = await files.of("incident", one)
        if is_over("incident", {source: record.data for source, record in kept.items()}):
            over.append(one)
    await files.file(over, now)
    return len(over)
