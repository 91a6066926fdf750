"""Who shares the shards of a consumer: rows in the service's own database, renewed while alive.

Two may hold a shard to be theirs for a moment; the fence of its position makes that harmless.
Why not the broker's consumer groups: docs/adr/0021.
"""

import asyncio
from typing import Final

from beaconfire_platform.database import Database

LIFE_S: Final = 2.0
"""The shards of a process that died are taken by the others after so long."""
RENEW_S: Final = 0.5
_LIVE: Final = """
    with mine as (
        insert into member (consumer, instance, until)
        values ($1, $2, clock_timestamp() + $3 * interval '1 second')
        on conflict (consumer, instance) do update set until = excluded.until
    ), gone as (
        delete from member where until < clock_timestamp() - interval '1 hour'
    )
    select instance from member
    where consumer = $1 and instance <> $2 and until > clock_timestamp()
"""


class Members:
    """One process's seat among those who consume in one name."""

    def __init__(self, database: Database, consumer: str, instance: str) -> None:
        """`instance` names this process, and no other at the same time."""
        self._database = database
        self._consumer = consumer
        self._instance = instance
        self._asked_at = float("-inf")
        self._live: list[str] = []

    async def share(self, shards: tuple[str, ...]) -> frozenset[str]:
        """Our part of the shards, as who lives shares them; asks twice a second at most."""
        now = asyncio.get_running_loop().time()
        if now - self._asked_at >= RENEW_S:
            found = await self._database.pool.fetch(_LIVE, self._consumer, self._instance, LIFE_S)
            self._asked_at = now
            self._live = sorted([self._instance, *(one["instance"] for one in found)])
        rank = self._live.index(self._instance)
        return frozenset(sorted(shards)[rank :: len(self._live)])

    async def leave(self) -> None:
        """Let the others have our part at once."""
        self._asked_at = float("-inf")
        self._live = []
        await self._database.pool.execute(
            "delete from member where consumer = $1 and instance = $2",
            self._consumer,
            self._instance,
        )
