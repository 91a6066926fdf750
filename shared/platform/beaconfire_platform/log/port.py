"""The event-log port: what a consumer needs of a log, whichever of the two real ones it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from beaconfire_contracts.envelope import Envelope, LogPosition


class Why(StrEnum):
    """Why a fact cannot be read: an unknown type is ignored and counted, the others park (R15)."""

    UNKNOWN_TYPE = "unknown type"
    UNKNOWN_MAJOR = "unknown major version"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A fact that this build cannot read."""

    id: str
    source: str
    type: str
    key: str
    key_version: int
    position: LogPosition
    reason: Why


Told = Envelope[Any] | Unreadable


class FactLog(Protocol):
    """Facts in order per stream, without holes, each shard read from a position of ours."""

    async def shards(self, sources: frozenset[str]) -> tuple[str, ...]:
        """The parts of the log in which the facts of these sources lie; at least one."""
        ...

    async def read(
        self, shard: str, sources: frozenset[str], after: LogPosition, limit: int
    ) -> list[Told]:
        """At most `limit` facts after a position, oldest first; never past the horizon."""
        ...

    def signals(self) -> int:
        """How often it said so far that there is more: asked before a read, told to `wait`."""
        ...

    async def wait(self, timeout_s: float, *, since: int | None = None) -> None:
        """Return when there may be more to read, at the latest after `timeout_s` seconds.

        At once when there were signals after `since`, which came while the reader was reading.
        """
        ...
