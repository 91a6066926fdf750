"""What situation is asked, and the shapes of its answers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from beaconfire_contracts.feed import Record
from beaconfire_situation.domain.sight import Sight


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture as somebody may see it, at a number of the journal."""

    pos: int
    epoch: str
    records: Sequence[Record]


Sees = Callable[[Sight], bool]
"""Whether somebody sees a thing."""


class Pictures(Protocol):
    """The picture now and then."""

    def now(self, sees: Sees) -> Shown:
        """All that somebody may see."""
        ...

    async def at(self, sees: Sees, moment: datetime) -> Shown:
        """All that they could have seen of what was known at a moment."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes need: pictures, the one access rule as a question, tickets."""

    pictures: Pictures
    sees: Callable[[Any], Sees]
    new_ticket: Callable[[], str]
    keep_ticket: Callable[[Any, str, Any], Awaitable[None]]
