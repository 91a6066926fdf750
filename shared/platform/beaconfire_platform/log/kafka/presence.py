"""Is any broker there? Asked at the door, not of the client.

While a broker is down its client spins and fills the log, so whoever uses one looks here now and
then, and throws the client away until somebody opens again.
"""

import asyncio
import contextlib
from typing import Final

from beaconfire_platform.log.kafka.settings import KafkaSettings

LOOK_EVERY_S: Final = 1.0
KNOCK_S_MAX: Final = 1.0


class Presence:
    """Knocks at the brokers' ports, at most once a second for everybody in this process."""

    def __init__(self, settings: KafkaSettings) -> None:
        """Nobody knocked yet."""
        self._addresses = settings.addresses
        self._is_here = True
        self._looked_at = float("-inf")
        self._one_looks = asyncio.Lock()

    async def is_here(self) -> bool:
        """Whether some broker opens its port, as it was at most a second ago."""
        loop = asyncio.get_running_loop()
        async with self._one_looks:
            if loop.time() - self._looked_at >= LOOK_EVERY_S:
                self._is_here = await self._knock()
                self._looked_at = loop.time()
        return self._is_here

    async def _knock(self) -> bool:
        for host, port in self._addresses:
            try:
                async with asyncio.timeout(KNOCK_S_MAX):
                    _, writer = await asyncio.open_connection(host, port)
            except (OSError, TimeoutError):
                continue
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            return True
        return False
