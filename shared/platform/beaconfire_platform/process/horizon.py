"""The log's horizon: who holds it back and for how long, measured and told before it hurts (R6)."""

import asyncio
import math
import time
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import structlog

from beaconfire_platform.database import TROUBLE
from beaconfire_platform.telemetry import HORIZON_SECONDS

LOOK_S: Final = 1.0
WARN_S: Final = 1.0
HORIZON_S_MAX: Final = 5.0
"""R6: a transaction that holds the log back this long makes the node not ready."""
_HOLDER: Final = """
    select pid, backend_xid::text as xid, usename, application_name, state,
           extract(epoch from clock_timestamp() - xact_start)::float8 as seconds
    from pg_stat_activity where backend_xid is not null order by age(backend_xid) desc limit 1
"""
_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """How long the log is held back, and by whom, if by anybody."""

    seconds: float
    holder: dict[str, Any] | None


@dataclass(slots=True)
class Horizon:
    """Looks at the oldest transaction that writes, in any database of the cluster."""

    pool: asyncpg.Pool
    _told: int = field(default=0)
    _seen: tuple[str, float] = field(default=("", 0.0))
    """The transaction that was the oldest at the last look, and since when we have seen it."""

    async def look(self) -> Held:
        """As it is now; the gauge says the same, or NaN when the database does not answer."""
        try:
            holder = await self.pool.fetchrow(_HOLDER, timeout=2)
        except TROUBLE:
            HORIZON_SECONDS.set(math.nan)
            raise
        seconds = 0.0 if holder is None else self._age_s(holder)
        HORIZON_SECONDS.set(seconds)
        return Held(seconds, None if holder is None else dict(holder))

    def _age_s(self, holder: Any) -> float:
        """As the database says; of others' transactions it does not, so since we have seen it."""
        now = time.monotonic()
        if holder["xid"] != self._seen[0]:
            self._seen = holder["xid"], now
        return now - self._seen[1] if holder["seconds"] is None else holder["seconds"]

    async def measure(self) -> None:
        """Bring the gauge up to date, whether or not the database answers."""
        try:
            await self.look()
        except TROUBLE as error:
            _log.debug("horizon_unknown", error=type(error).__name__)

    async def watch_forever(self) -> None:
        """Look every second, and tell once when it is held back long, once when too long."""
        while True:
            try:
                self.tell(await self.look())
            except TROUBLE as error:
                _log.debug("horizon_unknown", error=type(error).__name__)
            await asyncio.sleep(LOOK_S)

    def tell(self, held: Held) -> None:
        """A warning above one second, an error above five; silence until it gets worse."""
        worse = (held.seconds > WARN_S) + (held.seconds > HORIZON_S_MAX)
        if worse > self._told:
            say = _log.error if worse > 1 else _log.warning
            say("log_held_back", seconds=round(held.seconds, 3), holder=held.holder)
        self._told = worse
