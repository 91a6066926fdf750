"""The event-log port: what a consumer needs of a log, whichever of the two real ones it is."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Protocol

from beaconfire_contracts.envelope import Envelope, LogPosition
from beaconfire_platform.our_words import InOurWords


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


@dataclass(frozen=True, slots=True)
class Garbled:
    """Something in the log that is no fact at all: nobody can say whose, so no key can wait."""

    position: LogPosition
    reason: str


Told = Envelope[Any] | Unreadable
Read = Told | Garbled
"""What a log gives: facts, facts that cannot be read here, and what is no fact."""
Batch = Mapping[str, Sequence[Read]]
"""What came, by shard; each shard's in order."""


Facts = Sequence[tuple[str, Read]]
"""Of several shards, in order, each with its shard."""


class LogAway(InOurWords, OSError):  # noqa: N818  (said of the log)
    """The log is not reached, or its client had to be thrown away; nothing was done, ask again."""


class LogStuck(LogAway):
    """The log is there and does not let itself be read: to wait alone mends nothing."""


class Share(Enum):
    """How the shards are shared by all who read in one name, in whatever process."""

    DEALT = "dealt"
    """Each shard has one reader at a time, and each reader about as many."""
    ALONE = "alone"
    """One has them all; the others stand by."""
    EVERYBODY = "everybody"
    """Everybody has them all."""


class LogReader(Protocol):
    """One consumer's end of a log: which shards are its to take now, and what comes in them."""

    async def shards(self) -> frozenset[str]:
        """The shards that are this reader's now; some may come later and some be taken away."""
        ...

    def steady(self) -> AbstractAsyncContextManager[None]:
        """Within it no shard is taken away: whoever wants one waits until it is left."""
        ...

    async def take(self, after: Mapping[str, LogPosition], limit: int) -> Batch:
        """At most `limit` that come after these positions, at once; never past the horizon."""
        ...

    def ahead(self, after: Mapping[str, LogPosition], known: Collection[str]) -> Facts:
        """What is known beyond the end of the last `take` and may not be passed yet (R6).

        Facts whose ids are `known` are left out; none is no promise.

        Each stream's in order, without a hole: whoever has its place in versions may take them.
        """
        ...

    async def behind(self, at: Mapping[str, LogPosition]) -> int | None:
        """How many facts wait behind these positions, counted no further than is cheap; None when
        nobody can tell.
        """
        ...

    async def ends(self, shards: frozenset[str]) -> Mapping[str, LogPosition]:
        """The place behind the last that each of these shards has; without those of which nobody
        can tell.
        """
        ...

    async def wait(self, timeout_s: float) -> None:
        """Return when there may be more than the last `take` saw, or after `timeout_s` seconds."""
        ...

    async def close(self) -> None:
        """Give the shards back; another `shards()` begins anew."""
        ...


class FactLog(Protocol):
    """Facts in order per stream, without holes, each shard read from a position of ours."""

    def reader(
        self,
        consumer: str,
        sources: frozenset[str],
        *,
        share: Share = Share.DEALT,
        gather_s: float = 0.0,
    ) -> LogReader:
        """A reader of these sources, and how those who read in one name share the shards.

        What comes may wait for `gather_s` to be taken together with what comes after it.
        """
        ...

    async def shards(self, sources: frozenset[str]) -> tuple[str, ...]:
        """The parts of the log in which the facts of these sources lie; at least one."""
        ...

    async def place_at(self, shard: str, moment: datetime) -> LogPosition:
        """A place with everything told from a moment on (wall time) behind it."""
        ...

    async def read_each(
        self, shard: str, sources: frozenset[str], places: Sequence[LogPosition]
    ) -> Sequence[Read | None]:
        """The first after each of these places, wherever in the past; None where none is."""
        ...
