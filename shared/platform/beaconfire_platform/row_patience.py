"""What was refused is looked at again later and later, and is said once: no loop spins on a row."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import asyncpg
import structlog

from beaconfire_contracts.refusals import Refusal
from beaconfire_platform.database import AWAY

FIRST_WAIT_S: Final = 1.0
WAIT_S_MAX: Final = 60.0
"""A refusal that lasts is looked at once a minute: whatever was wrong may have been mended."""
KEPT_MAX: Final = 1_000
"""More rows that are refused at once are no rows' fault: the oldest is asked again at once."""
_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Wait:
    again_at: float
    wait_s: float


class Patience:
    """How long each row that was refused is left alone, in this process."""

    def __init__(
        self, now_s: Callable[[], float] = time.monotonic, *, wait_s_max: float = WAIT_S_MAX
    ) -> None:
        """Nothing was refused yet; `now_s` is a clock that never goes back."""
        self._now_s = now_s
        self._wait_s_max = wait_s_max
        self._waits: dict[str, _Wait] = {}

    def __len__(self) -> int:
        """How many were refused and not heard of since."""
        return len(self._waits)

    def is_due(self, name: str) -> bool:
        """Whether it may be looked at."""
        known = self._waits.get(name)
        return known is None or known.again_at <= self._now_s()

    def refused(self, name: str) -> bool:
        """Leave it alone for twice as long as before; whether this is the first time."""
        known = self._waits.pop(name, None)
        wait_s = FIRST_WAIT_S if known is None else min(2 * known.wait_s, self._wait_s_max)
        if len(self._waits) >= KEPT_MAX:
            del self._waits[next(iter(self._waits))]
        self._waits[name] = _Wait(self._now_s() + wait_s, wait_s)
        return known is None

    def settled(self, name: str) -> None:
        """It went well: nothing is remembered of it."""
        self._waits.pop(name, None)

    async def act(self, name: str, act: Callable[[], Awaitable[bool]], **told: str) -> bool:
        """Whether a row that is due was acted on; one that is refused holds up no other.

        `told` stands in the log where it is refused. A database that is away is for the loop.
        """
        if not self.is_due(name):
            return False
        try:
            done = await act()
        except (Refusal, asyncpg.PostgresError) as error:
            if isinstance(error, AWAY):
                raise
            if self.refused(name):
                _log.warning("row_refused", row=name, error=type(error).__name__, **told)
            return False
        self.settled(name)
        return done
