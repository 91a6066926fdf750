"""How many facts one transaction holds: as many as take effect in half a second now.

Where the machine is taken by others, so many as are right else would not be done before the
database ends the transaction: the same would fail again and again, its locks held all the while.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from beaconfire_platform.database import AWAY

LASTS_S_MAX: Final = 0.5
"""A tenth of what a transaction may be idle, a twentieth of its whole time; so long others wait for
its locks, and the horizon for it."""
AFTER_FAILURE: Final = 4
"""What was cut off is tried again with a part of it: how long it would have taken, nobody knows."""


class Portion:
    """The number of facts for one consumer, by what the last ones took."""

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """At first the most that there may ever be."""
        self._most = most
        self._clock = clock
        self.facts = most

    @contextmanager
    def timed(self, facts: int) -> Generator[None]:
        """So many take effect within; the next portion is as large as that went well."""
        began = self._clock()
        try:
            yield
        except AWAY:  # the database may have ended it for its length
            self.facts = max(1, min(facts, self.facts) // AFTER_FAILURE)
            raise
        took_s = self._clock() - began
        if took_s > LASTS_S_MAX:
            self.facts = max(1, min(self.facts, int(facts * LASTS_S_MAX / took_s)))
        elif took_s < LASTS_S_MAX / 2:
            self.facts = min(self._most, self.facts * 2)
