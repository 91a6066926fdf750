"""What the outside may ask of a consumer: where it is, what waits, how it fares."""

from dataclasses import dataclass, field

from beaconfire_contracts.envelope import START, LogPosition
from beaconfire_platform.log.parking import PARKED_BEHIND_MAX, Stream


@dataclass(slots=True)
class ConsumerHealth:
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
    waiting: dict[Stream, int] = field(default_factory=dict)
    """The keys that are parked now, and how many facts wait with each."""
    failing: str | None = None
    """The error by which the last step ended, if it did."""
    failures: int = 0
    """How many steps failed in a row."""

    @property
    def overfull(self) -> list[Stream]:
        """The parked keys with which more wait than may before a person must look (R14)."""
        return [stream for stream, facts in self.waiting.items() if facts > PARKED_BEHIND_MAX]

    def failed(self, error: Exception) -> None:
        """A step ended by an error."""
        self.failing = type(error).__name__
        self.failures += 1

    def went_well(self) -> None:
        """A step did what it should."""
        self.failing = None
        self.failures = 0


@dataclass(slots=True)
class RelayHealth:
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
    failing: str | None = None
    failures: int = 0
