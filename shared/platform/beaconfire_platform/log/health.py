"""What the outside may ask of a consumer: where it is, what waits, how it fares."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from beaconfire_contracts.envelope import START, LogPosition
from beaconfire_platform.log.ledger import BEHIND, HOLE, Move, Verdict
from beaconfire_platform.log.parking import PARKED_BEHIND_MAX, Stream, Waits
from beaconfire_platform.log.port import LogStuck, Why

AGAIN_S: Final = 60.0
"""A log that is stuck again within so long is as stuck as it was, whatever came in between."""


class Reason(StrEnum):
    """Why a key is parked, for whoever counts: few words, whatever went wrong in detail."""

    FAILED = "failed"
    """Its effect ended by an error, of whatever kind."""
    HOLE = "hole"
    BEHIND = "behind"
    """What was parked before it is taken, and this one not yet."""
    UNKNOWN_MAJOR = "unknown_major"
    MALFORMED = "malformed"


_REASONS: Final[Mapping[str, Reason]] = {
    HOLE: Reason.HOLE,
    BEHIND: Reason.BEHIND,
    Why.UNKNOWN_MAJOR: Reason.UNKNOWN_MAJOR,
    Why.MALFORMED: Reason.MALFORMED,
}


@dataclass(slots=True)
class Steps:
    """By what the last steps ended."""

    failing: str | None = None
    """The error by which the last step ended, if it did."""
    failures: int = 0
    """How many failed in a row."""
    _stuck: int = 0
    _stuck_at: float = float("-inf")

    def failed(self, error: Exception) -> None:
        """A step ended by an error."""
        self.failing = type(error).__name__
        self.failures += 1
        if isinstance(error, LogStuck):
            if time.monotonic() - self._stuck_at < AGAIN_S:
                self.failures = max(self.failures, self._stuck + 1)
            self._stuck, self._stuck_at = self.failures, time.monotonic()

    def went_well(self) -> None:
        """A step did what it should; a relay's when something landed: what flies may yet fail."""
        self.failing = None
        self.failures = 0


@dataclass(slots=True)
class ConsumerHealth(Steps):
    """Where a consumer is, what it parked, and by what its last steps ended."""

    positions: dict[str, LogPosition] = field(default_factory=dict)
    """By shard, for those it owns at this moment."""
    applied: int = 0
    skipped: int = 0
    ignored: int = 0
    parked: int = 0
    quarantined: int = 0
    moves: int = 0
    """How often a position moved."""
    parked_keys: dict[Stream, Waits] = field(default_factory=dict)
    """Those that wait now, of the shards it owns."""

    def moved(self, moves: Sequence[Move]) -> None:
        """These positions are committed."""
        for move in moves:
            self.positions[move.shard] = move.new
        self.moves += len(moves)

    def judged(self, counts: Mapping[Verdict, int]) -> None:
        """What became of a batch that is committed."""
        self.ignored += counts[Verdict.IGNORE]
        self.applied += counts[Verdict.APPLY]
        self.skipped += counts[Verdict.SKIP]
        self.parked += counts[Verdict.PARK]
        self.quarantined += counts[Verdict.QUARANTINE]

    @property
    def waiting(self) -> dict[Stream, int]:
        """The keys that are parked now, and how many facts wait with each."""
        return {stream: waits.facts for stream, waits in self.parked_keys.items()}

    @property
    def parked_for(self) -> dict[Reason, int]:
        """How many keys are parked now for each reason; every reason is named."""
        counts = dict.fromkeys(Reason, 0)
        for waits in self.parked_keys.values():
            counts[_REASONS.get(waits.error, Reason.FAILED)] += 1
        return counts

    @property
    def overfull(self) -> list[Stream]:
        """The parked keys with which more wait than may before a person must look (R14)."""
        return [stream for stream, facts in self.waiting.items() if facts > PARKED_BEHIND_MAX]


@dataclass(slots=True)
class RelayHealth(Steps):
    """What the outside may ask of whoever publishes a service's facts."""

    is_active: bool = False
    """Whether it publishes, or stands by."""
    at: LogPosition = START
    """The place in our own table behind the last fact that is published."""
    acknowledged: LogPosition = START
    """The same for what the brokers have, though it may not be written down yet."""
    published: int = 0
    unfit: dict[str, str] = field(default_factory=dict)
    """Topics that nothing can be published on now, and why; all others go on."""
