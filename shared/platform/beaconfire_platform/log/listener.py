"""A listener: facts for what a process keeps in memory alone, heard by every process for itself.

It has no books. It begins a while ago, since what it hears of counts for a while only, and hears
some twice: what it does must bear that.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import structlog

from beaconfire_contracts.envelope import Envelope, LogPosition
from beaconfire_contracts.facts import Fact, spec_for
from beaconfire_platform.clock import wall_now
from beaconfire_platform.log.consumer import GATHER_S
from beaconfire_platform.log.patience import back_off_s, end_if_cancelled, is_away
from beaconfire_platform.log.port import FactLog, Share
from beaconfire_platform.our_words import said_of

AT_ONCE_MAX: Final = 500
POLL_S: Final = 0.2
_log: Final = structlog.get_logger(__name__)

Hear = Callable[[Envelope[Any]], None]
"""What a fact does to the memory of this process."""


class Listener:
    """Hears the facts of some sources from a while ago on."""

    def __init__(
        self,
        name: str,
        *,
        log: FactLog,
        sources: frozenset[str],
        hears: Mapping[type[Fact], Hear],
        since: timedelta,
    ) -> None:
        """`since` is how long ago what is heard may have been told and still count."""
        self.name = name
        self.failures = 0
        self._log = log
        self._sources = sources
        self._hears = {spec_for(one).name: hear for one, hear in hears.items()}
        self._since = since
        # nobody waits for what is heard: a right that ended counts 0.2 s later (5 s are allowed)
        self._reader = log.reader(name, sources, share=Share.EVERYBODY, gather_s=GATHER_S)
        self._positions: dict[str, LogPosition] = {}

    async def run(self) -> None:
        """Listen until cancelled; a log that is away is waited for."""
        try:
            while True:
                await self._turn()
                end_if_cancelled()
        finally:
            await self._reader.close()

    async def _turn(self) -> None:
        try:
            if not await self.step():
                await self._reader.wait(POLL_S)
            self.failures = 0
        except Exception as error:
            self.failures += 1
            _log.warning(
                "listener_failed", listener=self.name, **said_of(error),
                in_a_row=self.failures,
            )  # fmt: skip
            if not is_away(error):
                raise
            await asyncio.sleep(back_off_s(self.failures))

    async def step(self) -> int:
        """Hear what there is now; returns how much that was."""
        for shard in await self._reader.shards() - self._positions.keys():
            moment = wall_now() - self._since
            self._positions[shard] = await self._log.place_at(shard, moment)
        batch = await self._reader.take(self._positions, AT_ONCE_MAX)
        for shard, found in batch.items():
            for told in found:
                if isinstance(told, Envelope) and told.type in self._hears:
                    self._hears[told.type](told)
            self._positions[shard] = found[-1].position
        return sum(len(found) for found in batch.values())
