"""The node's scene player: starts a scene as a process of its own, and follows what it tells.

One scene plays at a time. The node knows of it only what the process says of each step; all that
happens in it comes through the public API, as everybody else's.
"""

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
import structlog

from beaconfire.simulation.programmes import Programme
from beaconfire.simulation.scenes import Told
from beaconfire_contracts.refusals import Conflict, Unavailable
from beaconfire_platform.clock import wall_now

CREDENTIALS: Final = Path("demo", "credentials.json")
"""Below the node's folder, where the demo lays them."""
STOP_S_MAX: Final = 1.0
STEPS_MAX: Final = 64
"""More than any programme tells; a longer tale is cut, not kept."""
_log: Final = structlog.get_logger(__name__)


class SceneRunning(Conflict):
    """A scene is being played already; one at a time."""


class CityNotLaidOut(Unavailable):
    """The demo city is still being laid out; ask again in a moment."""


class RunState(StrEnum):
    """How a run stands."""

    PLAYING = "playing"
    PLAYED = "played"
    BROKEN_OFF = "broken_off"


@dataclass(slots=True)
class Run:
    """One run of a programme: since when, how it stands, and each step that was told."""

    name: Programme
    began_at: datetime
    state: RunState = RunState.PLAYING
    steps: list[Told] = field(default_factory=list[Told])


class ScenePlayer:
    """At most one run at a time, and the last one to look at."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the node's."""
        self.run: Run | None = None
        self._credentials = folder / CREDENTIALS
        self._following: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    def reserve(self, name: Programme) -> Run:
        """Be the one who plays next; SceneRunning when somebody else is."""
        if not self._credentials.exists():
            raise CityNotLaidOut
        if self.run is not None and self.run.state is RunState.PLAYING:
            raise SceneRunning(scene=str(self.run.name))
        self.run = Run(name, wall_now())
        return self.run

    def give_up(self, run: Run) -> None:
        """It will not be played after all."""
        run.state = RunState.BROKEN_OFF

    def start(self, run: Run) -> None:
        """Play what was reserved, beside everything else."""
        self._following = asyncio.create_task(self._follow(run))

    async def end(self) -> None:
        """Stop whatever plays, before the node stops."""
        process, following = self._process, self._following
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        if following is None:
            return
        try:
            async with asyncio.timeout(STOP_S_MAX):
                await asyncio.shield(following)
        except TimeoutError:
            if process is not None and process.returncode is None:
                process.kill()
            await following

    async def _follow(self, run: Run) -> None:
        code: int | None = None
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "beaconfire",
                "scene",
                run.name,
                "--credentials",
                str(self._credentials),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )
            await _hear(process.stdout, run)
            code = await process.wait()
        finally:
            run.state = RunState.PLAYED if code == 0 else RunState.BROKEN_OFF
        if code != 0:
            _log.warning("scene_broke_off", scene=str(run.name), code=code)


async def _hear(told: asyncio.StreamReader | None, run: Run) -> None:
    """Keep each step as it is told; a line that says nothing is passed over."""
    if told is None:
        return
    async for line in told:
        with contextlib.suppress(msgspec.MsgspecError):
            if len(run.steps) < STEPS_MAX:
                run.steps.append(msgspec.json.decode(line, type=Told))
