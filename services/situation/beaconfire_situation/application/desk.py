"""What situation's routes need behind them: pictures, tickets, and the feed's door."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from beaconfire_situation.application.queries import Pictures, Sees


@dataclass(frozen=True, slots=True)
class Desk:
    """`sees(subject)` is the one access rule as a question about things of the picture."""

    pictures: Pictures
    sees: Callable[[Any], Sees]
    new_ticket: Callable[[], str]
    keep_ticket: Callable[[Any, str, Any], Awaitable[None]]
