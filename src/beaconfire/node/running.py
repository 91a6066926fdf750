"""Whatever a service runs beside its routes, kept running: what ends by an error begins again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

PAUSE_S: Final = (0.2, 1.0, 5.0)
_log: Final = structlog.get_logger(__name__)


class Running:
    """Tasks by name; a failed one is logged with its cause and started anew after a pause."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.failures: dict[str, int] = {}

    def start(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run `run()` until stopped."""
        self._tasks[name] = asyncio.create_task(self._keep(name, run), name=name)

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await run()
            except Exception as error:  # noqa: BLE001  (told once a failure, with its cause)
                count = self.failures[name] = self.failures.get(name, 0) + 1
                _log.error("task_failed", task=name, failures=count, exc_info=error)
                await asyncio.sleep(PAUSE_S[min(count - 1, len(PAUSE_S) - 1)])
            else:
                return

    async def stop(self) -> None:
        """Cancel all and wait until they have ended."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
