"""Deadlines of aid, as rows: who does not answer is passed over, whose units are done is let go."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.adapters.aid_rows import PgAids
from beaconfire_dispatch.application.aid_ports import Helping
from beaconfire_dispatch.application.close_aid import CloseAid, close_aid
from beaconfire_dispatch.application.end_aid import end_aid
from beaconfire_dispatch.domain.aid import Aid
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database, Tx
from beaconfire_platform.row_patience import Patience

LOOK_EVERY_S: Final = 1.0
"""A body has minutes to answer: a second more or less is nothing to it."""
AT_ONCE_MAX: Final = 50
ACTOR: Final = "dispatch:aid"
Act = Callable[[Tx, Aid], Awaitable[bool]]
_log: Final = structlog.get_logger(__name__)


class AidWatch:
    """Passes requests on; several processes may look, the incident's lock parts them."""

    def __init__(self, database: Database, clock: Clock, helping: Callable[[Tx], Helping]) -> None:
        """Over one database, by business time."""
        self._database = database
        self._clock = clock
        self._helping = helping
        self._patience = Patience()

    async def watch_forever(self) -> None:
        """Look every second."""
        while True:
            try:
                await self.expire()
                await self.end()
            except TROUBLE as error:
                _log.warning("aid_waits", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def expire(self) -> int:
        """Pass over whoever did not answer in time; how many."""
        async with self._database.looking() as connection:
            found = await PgAids(connection).due(
                self._clock.now(), AT_ONCE_MAX + len(self._patience)
            )
        return await self._each(found, self._expire)

    async def end(self) -> int:
        """Close what is over; how many."""
        async with self._database.looking() as connection:
            found = await PgAids(connection).done(AT_ONCE_MAX + len(self._patience))
        return await self._each(found, self._end)

    async def _each(self, found: Sequence[Aid], act: Act) -> int:
        done = [
            await self._patience.act(one.id, partial(self._one, one, act), incident=one.incident_id)
            for one in found
        ]
        return sum(done)

    async def _one(self, one: Aid, act: Act) -> bool:
        cause = Cause(actor=ACTOR, correlation_id=one.incident_id)
        async with self._database.transaction(aggregate(one.incident_id), cause=cause) as tx:
            return await act(tx, one)

    async def _expire(self, tx: Tx, one: Aid) -> bool:
        command = CloseAid(one.id, one.incident_id, AidState.EXPIRED)
        after = await close_aid(command, helping=self._helping(tx), now=self._clock.now())
        return after.state is AidState.EXPIRED

    async def _end(self, tx: Tx, one: Aid) -> bool:
        return await end_aid(one, helping=self._helping(tx), now=self._clock.now())
