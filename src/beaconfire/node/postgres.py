"""The node's PostgreSQL: orphans stopped first, made once, restarted when it dies."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import asyncpg
import structlog

from beaconfire_platform.embedded.binaries import NoBinaries, Unreachable, require_way
from beaconfire_platform.embedded.cluster import (
    Cluster,
    ClusterBroken,
    NotDurable,
    Postmaster,
    orphan_pid,
    uncollected_pid,
    verify_durable,
)
from beaconfire_platform.process.cannot_start import CannotStart

ORPHAN_S_MAX: Final = 30.0
COLLECTED_S_MAX: Final = 5.0
RESTART_S: Final = (0.1, 0.5, 2.0, 5.0)
"""Waits before each next restart of a postmaster that keeps dying; the last one is repeated."""
STEADY_S: Final = 60.0
"""A postmaster that ran this long was well: its death is a first one again."""
_log: Final = structlog.get_logger(__name__)

Say = Callable[[str], None]


def deaths_in_a_row(before: int, *, ran_s: float) -> int:
    """How many deaths came shortly after each other, when one ran so long after so many."""
    return 0 if ran_s >= STEADY_S else before


class Postgres:
    """PostgreSQL under our supervision for as long as the node lives."""

    def __init__(self, folder: Path) -> None:
        """The cluster below the node's data folder."""
        try:
            self.cluster = Cluster.at(folder)
            require_way(folder, self.cluster.runner)
        except (NoBinaries, Unreachable, ClusterBroken) as error:
            raise CannotStart(f"PostgreSQL cannot run here: {error}") from error
        self.restarts = 0
        self._process: Postmaster | None = None
        self._watch: asyncio.Task[None] | None = None

    async def begin(self, say: Say) -> None:
        """Stop an orphan, make the cluster the first time, start it, verify that it is durable."""
        await self._stop_orphan(say)
        await self._until_collected()
        try:
            if not self.cluster.is_made:
                say("making the database (once)")
                await self.cluster.make()
            say("starting the database")
            self._process = await self.cluster.start()
            await self.cluster.create_database()
            await self._verify()
        except (ClusterBroken, NotDurable, OSError) as error:
            await self.end()
            raise CannotStart(f"the database did not start: {error}") from error
        self._watch = asyncio.create_task(self._restart_forever())

    async def _verify(self) -> None:
        connection = await asyncpg.connect(self.cluster.dsn(), timeout=10)
        try:
            await verify_durable(connection)
        finally:
            await connection.close()

    async def _stop_orphan(self, say: Say) -> None:
        """A killed node leaves its postmaster running: ask it to stop before starting another."""
        pid = orphan_pid(self.cluster.folder)
        if pid is None:
            return
        say(f"stopping the database that an earlier node left (pid {pid})")
        for how in (signal.SIGINT, signal.SIGQUIT):
            with suppress(ProcessLookupError):
                os.kill(pid, how)
            with suppress(TimeoutError):
                async with asyncio.timeout(ORPHAN_S_MAX):
                    while orphan_pid(self.cluster.folder) is not None:  # noqa: ASYNC110  (not our child)
                        await asyncio.sleep(0.05)
                    return
        raise CannotStart(
            f"the database that an earlier node left (pid {pid}) does not stop: end it"
        )

    async def _until_collected(self) -> None:
        """A killed postmaster keeps its number until somebody collects it: about a second.

        Where nobody does (a container without an init), its lock is removed: it is surely dead,
        and while a backend of it lived PostgreSQL would refuse the shared memory that it holds.
        """
        give_up_at = time.monotonic() + COLLECTED_S_MAX
        while (pid := uncollected_pid(self.cluster.folder)) is not None:
            if time.monotonic() > give_up_at:
                _log.warning("lock_of_the_dead_removed", pid=pid)
                (self.cluster.folder / "postmaster.pid").unlink()
                return
            await asyncio.sleep(0.05)

    async def _restart_forever(self) -> None:
        """Start the postmaster again whenever it ends by itself."""
        deaths = 0
        while True:
            process, began = self._process, time.monotonic()
            if process is None:
                return
            code = await process.ended()
            deaths = deaths_in_a_row(deaths, ran_s=time.monotonic() - began)
            _log.error("postgres_ended", code=code, restarts=self.restarts)
            while True:
                await asyncio.sleep(RESTART_S[min(deaths, len(RESTART_S) - 1)])
                deaths += 1
                self.restarts += 1
                try:
                    self._process = await self.cluster.start()
                except (ClusterBroken, OSError, TimeoutError) as error:
                    _log.error("postgres_not_restarted", error=str(error)[:300])
                    continue
                _log.warning("postgres_restarted", restarts=self.restarts)
                break

    async def end(self) -> None:
        """Stop for good."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._process is not None:
            await self.cluster.stop(self._process)
            self._process = None
