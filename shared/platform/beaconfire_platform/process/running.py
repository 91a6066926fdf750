"""Whatever a service runs beside its routes, kept running: what ends by an error begins again."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

PAUSE_S: Final = (0.2, 1.0, 5.0)
FAILURES_MAX: Final = 3
FAILURES_S: Final = 60.0
"""A task that failed this often within this time does not heal by itself: not ready."""
_log: Final = structlog.get_logger(__name__)


class Running:
    """Tasks by name; a failed one is logged with its cause and started anew after a pause."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._finishers: dict[str, Callable[[], None]] = {}
        self.failures: dict[str, int] = {}
        self._errors: dict[str, str] = {}
        self._failed_at: dict[str, deque[float]] = {}

    def failing(self) -> dict[str, str]:
        """Which tasks fail again and again at this time, and by which error they last did."""
        since = asyncio.get_running_loop().time() - FAILURES_S
        return {
            name: self._errors[name]
            for name, moments in self._failed_at.items()
            if len(moments) == FAILURES_MAX and moments[0] >= since
        }

    def start(
        self,
        name: str,
        run: Callable[[], Awaitable[None]],
        *,
        finish: Callable[[], None] | None = None,
    ) -> None:
        """Run `run()` until stopped; `finish` asks it to end once it has done what is in hand."""
        if finish is not None:
            self._finishers[name] = finish
        self._tasks[name] = asyncio.create_task(self._keep(name, run), name=name)

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await run()
            except Exception as error:  # noqa: BLE001  (told once a failure, with its cause)
                count = self._failed(name, error)
                _log.error("task_failed", task=name, failures=count, exc_info=error)
                await asyncio.sleep(PAUSE_S[min(count - 1, len(PAUSE_S) - 1)])
            else:
                return

    def _failed(self, name: str, error: Exception) -> int:
        self._errors[name] = type(_first(error)).__name__
        moments = self._failed_at.setdefault(name, deque(maxlen=FAILURES_MAX))
        moments.append(asyncio.get_running_loop().time())
        self.failures[name] = self.failures.get(name, 0) + 1
        return self.failures[name]

    async def drain(self, most_s: float) -> None:
        """Let those end that can finish what is in hand, for at most so long; the rest goes on."""
        for finish in self._finishers.values():
            finish()
        finishing = {self._tasks[name] for name in self._finishers}
        if finishing:
            await asyncio.wait(finishing, timeout=most_s)

    async def stop(self) -> None:
        """Cancel all and wait until they have ended."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()


def _first(error: Exception) -> Exception:
    """What is inside a group that a task group raised."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
