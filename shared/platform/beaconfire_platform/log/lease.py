"""A lease: what only one process may do at a time, by a row in the service's own database.

R16, R28: it ends by the database's clock, so a holder that stands still loses it, which one who
holds an advisory lock would not. Each new holder has a higher fence.
"""

import asyncio
from typing import Final

from beaconfire_platform.database import Connection, Database

LIFE_S: Final = 2.0
"""Whoever stands by takes over so long after the holder's last sign of life."""
RENEW_S: Final = 0.5
_KEEP: Final = """
    insert into lease as l (name, holder, fence, until)
    values ($1, $2, 1, clock_timestamp() + $3 * interval '1 second')
    on conflict (name) do update set holder = excluded.holder, until = excluded.until,
        fence = l.fence + case when l.holder = excluded.holder and l.fence = $4 then 0 else 1 end
        where l.holder = excluded.holder or l.until < clock_timestamp()
    returning fence
"""


class Lease:
    """One process's hold on one name; `keep` takes it or renews it."""

    def __init__(self, database: Database, name: str, holder: str) -> None:
        """`holder` names this process; one that begins anew under it has the lease at once."""
        self._database = database
        self._name = name
        self._holder = holder
        self._fence = 0
        self._asked_at = float("-inf")
        self._until = float("-inf")

    @property
    def fence(self) -> int:
        """Higher than that of every earlier holder; 0 before it was ever ours."""
        return self._fence

    @property
    def is_ours(self) -> bool:
        """Whether it is ours for certain at this moment."""
        return asyncio.get_running_loop().time() < self._until

    async def keep(self) -> bool:
        """Take it or renew it, asking the database twice a second at most; whether it is ours."""
        now = asyncio.get_running_loop().time()
        if now - self._asked_at < RENEW_S:
            return self.is_ours
        self._asked_at = now
        fence = await self._database.pool.fetchval(
            _KEEP, self._name, self._holder, LIFE_S, self._fence
        )
        if fence is None:
            self._until = float("-inf")
            return False
        self._fence = int(fence)
        self._until = now + LIFE_S
        return self.is_ours

    async def confirm(self, connection: Connection) -> bool:
        """Whether it is still ours, until the transaction of this connection ends."""
        return bool(
            await connection.fetchval(
                "select 1 from lease where name = $1 and holder = $2 and fence = $3 for share",
                self._name,
                self._holder,
                self._fence,
            )
        )

    async def release(self) -> None:
        """Let somebody else have it at once."""
        self._asked_at = self._until = float("-inf")
        await self._database.pool.execute(
            "update lease set until = clock_timestamp() where name = $1 and holder = $2 "
            "and fence = $3",
            self._name,
            self._holder,
            self._fence,
        )
