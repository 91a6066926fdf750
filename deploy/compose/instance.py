"""One instance of a service: its process, its health, its end, and its coming back."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil

from compose.images import Image, Start, image_of
from compose.model import Service
from compose.places import Places
from compose.programs import (
    ProgramFailed,
    ProgramMissing,
    ending_with_us,
    environment,
    found,
    identity,
)

LOOK_EVERY_S: Final = 0.02
BACK_S: Final = 0.1
"""Docker's own: the first coming back after so long, each further one after twice that."""
BACK_S_MAX: Final = 60.0
WELL_S: Final = 10.0
"""Whoever ran so long begins again with the first."""


class Instance:
    """A process that is kept as the file wants it."""

    def __init__(
        self,
        service: Service,
        index: int,
        places: Places,
        changed: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        """Nothing is started yet; `changed` is told of each new state, and by `say` people of what
        ended by itself.
        """
        self.service = service
        self.index = index
        self.health = "none"
        self.code: int | None = None
        self.deaths = 0
        """How often it ended by itself."""
        self._places = places
        self._changed = changed
        self._say = say
        self._image: Image = image_of(service)
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._is_wanted = False
        self._is_swept = True

    @property
    def name(self) -> str:
        """As people are told."""
        return f"{self.service.name}-{self.index + 1}"

    @property
    def pid(self) -> int | None:
        """Of its process, while it runs."""
        return self._process.pid if self.is_running and self._process is not None else None

    @property
    def is_running(self) -> bool:
        """Whether its process is there; a paused one is."""
        return self._process is not None and self._process.poll() is None

    @property
    def has_ended(self) -> bool:
        """Whether it will not run again by itself."""
        return self._keeper is None or self._keeper.done()

    async def start(self) -> None:
        """Start it and keep it; returns when its process is there."""
        self._is_wanted = True
        self.code = None
        await self._launch()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> float:
        """As `docker stop`: its signal, its grace, then the end; how many seconds it took."""
        self._is_wanted = False
        began = time.monotonic()
        self.resume()
        self.send(signal.Signals[self.service.stop_signal])
        try:
            async with asyncio.timeout(self.service.grace_s):
                await self._ended()
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self._ended()
        await self._let_go()
        return time.monotonic() - began

    async def kill(self, *, comes_back: bool = True) -> None:
        """As a power cut: it and all that it started are gone; it comes back as the file says."""
        self._is_wanted = self._is_wanted and comes_back
        self.send(signal.SIGKILL)
        await self._ended()
        if not comes_back:
            await self._let_go()

    def cut_off(self) -> None:
        """Killed at once, not to come back, also in the midst of a stop."""
        self._is_wanted = False
        self.send(signal.SIGKILL)

    def pause(self) -> None:
        """Let it stand still, its sockets open."""
        for one in self._family():
            with contextlib.suppress(psutil.Error):
                one.suspend()

    def resume(self) -> None:
        """Let it go on after a pause."""
        for one in self._family():
            with contextlib.suppress(psutil.Error):
                one.resume()

    def send(self, number: signal.Signals) -> None:
        """A signal to its first process; a kill goes to all, as a container ends with its first."""
        if number == signal.SIGKILL:
            for one in self._family():
                with contextlib.suppress(psutil.Error):
                    one.kill()
        elif self.is_running and self._process is not None:
            self._process.send_signal(number)

    def _family(self) -> list[psutil.Process]:
        if self._process is None or not self.is_running:
            return []
        with contextlib.suppress(psutil.Error):
            first = psutil.Process(self._process.pid)
            return [first, *first.children(recursive=True)]
        return []

    async def _launch(self) -> None:
        start = await asyncio.to_thread(self._prepare)
        words = found(start.words, self._image.programs(self._places))
        places = self._places
        log, told = places.log(self.service.name, self.index), self._told()
        with log.open("ab") as err, told.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603, ASYNC220  (the file's; fork is quick)
                ending_with_us(words),
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/",
                env=self.environment(), start_new_session=True, **identity(start.account),
            )  # fmt: skip
        self._is_swept = False
        self.health = "starting" if self.service.health else "none"
        self._changed()

    def _told(self) -> Path:
        return self._places.told(self.service.name, self.index)

    def _prepare(self) -> Start:
        service, places = self.service, self._places
        for one in (places.log(service.name, self.index), self._told()):
            one.parent.mkdir(parents=True, exist_ok=True)
        places.lay_out(service, self.index)
        words = places.locals((*service.entrypoint, *service.command), service, self.index)
        return self._image.start(service, self.index, places, words)

    def environment(self) -> dict[str, str]:
        """What it is told, with this machine's addresses and paths."""
        said = {
            name: self._places.local(value, self.service, self.index)
            for name, value in self.service.environment.items()
        }
        return environment(said, self._image.programs(self._places))

    async def _keep(self) -> None:
        """Look at its health while it runs; start it again when it ends by itself."""
        while True:
            began = time.monotonic()
            looking = asyncio.create_task(self._look_forever())
            try:
                await self._ended()
            finally:
                looking.cancel()
            self._sweep()
            self.health = "none"
            self._changed()
            self.deaths = 0 if time.monotonic() - began > WELL_S else self.deaths
            if not self._is_wanted or not self.service.restart.again(self.code or 0, self.deaths):
                return
            self._say(f"{self.name}: ended with {self.code}, and is started again")
            await asyncio.sleep(min(BACK_S * 2**self.deaths, BACK_S_MAX))
            self.deaths += 1
            try:
                await self._launch()
            except (ProgramFailed, ProgramMissing, OSError) as error:  # and once more, later
                self._say(f"{self.name}: could not be started: {error}")

    async def _look_forever(self) -> None:
        health = self.service.health
        if health is None:
            return
        words = self._places.locals(health.test, self.service, self.index)
        began, failed = time.monotonic(), 0
        while True:
            is_starting = self.health == "starting" and (
                time.monotonic() - began < health.start_period_s
            )
            if await self._is_well(words, health.timeout_s):
                failed = 0
                self._now("healthy")
            elif not is_starting:
                failed += 1
                if failed >= health.retries:
                    self._now("unhealthy")
            is_starting = self.health == "starting" and is_starting
            await asyncio.sleep(health.start_interval_s if is_starting else health.interval_s)

    def _now(self, health: str) -> None:
        if health != self.health:
            self.health = health
            self._changed()

    async def _is_well(self, words: list[str], seconds: float) -> bool:
        process = await asyncio.create_subprocess_exec(
            *found(words, self._image.programs(self._places)),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=self.environment(), cwd="/",
        )  # fmt: skip
        try:
            async with asyncio.timeout(seconds):
                return await process.wait() == 0
        except TimeoutError:
            return False
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def _ended(self) -> None:
        while self.is_running:  # noqa: ASYNC110  (a process has no event)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _let_go(self) -> None:
        """No keeper starts it again; what it started and left behind goes too."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
        self.health = "none"
        self._sweep()
        self._changed()

    def _sweep(self) -> None:
        """With its first process all that a container ran is gone.

        Once, as soon as that has ended: later its number may be another group's.
        """
        if self._process is not None and not self._is_swept:
            self._is_swept = True
            self.code = self._process.poll()
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
