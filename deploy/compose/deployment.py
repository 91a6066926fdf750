"""A whole deployment: every service of the file in its order, kept, told of, and stopped again."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from beaconfire_testkit.kafka_jars import KafkaMissing
from beaconfire_testkit.ports import lasting_ports
from compose.instance import Instance
from compose.leftovers import Watcher, began, end_leftovers
from compose.model import BadFile, Condition
from compose.order import in_order, wanted
from compose.places import LOOPBACK, Places, unusable
from compose.programs import CannotStart, ProgramFailed, ProgramMissing, tail
from compose.reading import read
from compose.switch import Switch

LOOK_EVERY_S: Final = 0.05
LET_GO_S: Final = 2.0
"""Within it a process that was ended just now has let its port go."""
DEATHS_MAX: Final = 3
"""Whoever died so often before it was ever well is not waited for any longer."""
STATE: Final = "state.json"
Say = Callable[[str], None]


_TOLD: Final = (CannotStart, ProgramFailed, ProgramMissing, BadFile, KafkaMissing)


class Deployment:
    """The services of a compose file as processes of this machine."""

    def __init__(
        self,
        file: Path,
        folder: Path,
        *,
        variables: Mapping[str, str] | None = None,
        profiles: frozenset[str] = frozenset(),
        scale: Mapping[str, int] | None = None,
        say: Say = print,
    ) -> None:
        """`variables` fill the file's; `scale` says how many instances, one as it comes."""
        said = read(file, os.environ if variables is None else variables)
        self.services = wanted(said.services, profiles)
        self._order = in_order(self.services)
        self._scale = dict(scale or {})
        for name in self._scale.keys() - self.services.keys():
            raise BadFile(f"--scale {name}: is not among {', '.join(self._order)}")
        self.folder = folder.resolve()
        self._places = Places(said, file.resolve().parent, self.folder, self._ports())
        self._say = say
        self.instances = {
            name: [
                Instance(self.services[name], index, self._places, self._write_state, say)
                for index in range(self._scale.get(name, 1))
            ]
            for name in self._order
        }
        self._tellers: list[asyncio.Task[None]] = []
        self._watcher: Watcher | None = None
        self._switch = Switch({"stop": self.stop_service, "start": self.start_service})

    @property
    def origin(self) -> str:
        """The published address: that of the first service which has one."""
        return f"http://{LOOPBACK}:{next(iter(self._published().values()))}"

    def instance(self, service: str, index: int = 0) -> Instance:
        """One instance, to be killed, stopped, paused or started again."""
        return self.instances[service][index]

    def port(self, service: str, inside: int | None = None, index: int = 0) -> int:
        """This machine's port of an instance; its only one unless named."""
        ports = self._places.ports[service, index]
        return next(iter(ports.values())) if inside is None else ports[inside]

    def log(self, service: str, index: int = 0) -> Path:
        """Where an instance writes."""
        return self._places.log(service, index)

    def volume(self, name: str) -> Path:
        """A volume's folder."""
        return self.folder / "volumes" / name

    async def start(self) -> None:
        """Every service after those that it needs; CannotStart, with all stopped again."""
        self._make_folder()
        end_leftovers(self.folder / STATE)
        await self._until_ports_are_free()
        self._watcher = Watcher(self.folder / STATE)
        try:
            async with asyncio.TaskGroup() as group:
                up = {name: asyncio.Event() for name in self._order}
                for name in self._order:
                    group.create_task(self._bring_up(name, up))
        except* _TOLD as errors:
            await self.stop()
            raise CannotStart(str(errors.exceptions[0])) from errors.exceptions[0]
        except* asyncio.CancelledError as errors:
            await self.stop()
            raise asyncio.CancelledError from errors  # bare: a group is no cancellation to asyncio
        except* BaseException:
            await self.stop()
            raise
        await self._switch.open()
        self._write_state()

    async def stop_service(self, name: str) -> str:
        """Stop all instances of one, whatever needs it; a line of what was done. BadFile where
        there is no such service.
        """
        began = time.monotonic()
        ones = [one for one in self._instances_of(name) if one.is_running or not one.has_ended]
        if not ones:
            return f"{name} does not run"
        await asyncio.gather(*(one.stop() for one in ones))
        return self._done(f"{name} stopped {time.monotonic() - began:.1f} s")

    async def start_service(self, name: str) -> str:
        """The opposite; CannotStart where it does not become well."""
        began = time.monotonic()
        ones = [one for one in self._instances_of(name) if one.has_ended and not one.is_running]
        if not ones:
            return f"{name} runs already"
        await asyncio.gather(*(one.start() for one in ones))
        await asyncio.gather(*(self._until(one, self._awaited(name)) for one in ones))
        return self._done(f"{name} started {time.monotonic() - began:.1f} s")

    def _instances_of(self, name: str) -> list[Instance]:
        if name not in self.instances:
            raise BadFile(f"{name or 'nobody'}: is not among {', '.join(self._order)}")
        return self.instances[name]

    def _done(self, said: str) -> str:
        self._say(said)
        return said

    async def stop(self) -> dict[str, float]:
        """Every service before those that it needs; how long each instance took."""
        await self._switch.close()
        took: dict[str, float] = {}
        gone = {name: asyncio.Event() for name in self._order}

        async def stop(name: str) -> None:
            for other in self._order:
                if name in self.services[other].needs:
                    await gone[other].wait()
            running = [one for one in self.instances[name] if one.is_running or not one.has_ended]
            for one, seconds in zip(
                running, await asyncio.gather(*(one.stop() for one in running)), strict=True
            ):
                took[one.name] = seconds
            gone[name].set()

        await asyncio.gather(*(stop(name) for name in self._order))
        for teller in self._tellers:
            teller.cancel()
        self._tellers.clear()
        (self.folder / STATE).unlink(missing_ok=True)
        if self._watcher is not None:
            await self._watcher.dismiss()
            self._watcher = None
        return took

    def cut_off(self) -> None:
        """Nobody is given time to end any longer; a `stop` that goes on is soon done."""
        for ones in self.instances.values():
            for one in ones:
                one.cut_off()

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # whoever is root runs the database as another, who must get through
            self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        except OSError as error:
            raise CannotStart(
                f"{self.folder} cannot be written ({error.strerror}): choose another with --data"
            ) from error

    async def _until_ports_are_free(self) -> None:
        """Looked at first: who publishes a port is among the last that start."""
        until = time.monotonic() + LET_GO_S
        for port in self._published().values():
            while (why := unusable(port)) is not None:
                if time.monotonic() > until:
                    raise CannotStart(
                        f"port {port} on {LOOPBACK} cannot be used ({why}): "
                        "stop what uses it, or choose another with --port"
                    )
                await asyncio.sleep(LOOK_EVERY_S)

    async def _bring_up(self, name: str, up: Mapping[str, asyncio.Event]) -> None:
        service = self.services[name]
        for needed in service.needs:
            await up[needed].wait()
        began = time.monotonic()
        for one in self.instances[name]:
            await one.start()
            self._tellers.append(asyncio.create_task(self._tell_forever(one)))
        done = self._awaited(name)
        await asyncio.gather(*(self._until(one, done) for one in self.instances[name]))
        up[name].set()
        self._say(f"{name:<10} {_WORDS[done]:<9} {time.monotonic() - began:5.1f} s")

    def _awaited(self, name: str) -> Condition:
        """The most that is asked of it: by those that need it, or by its own healthcheck."""
        asked = {other.needs[name] for other in self.services.values() if name in other.needs}
        if Condition.COMPLETED in asked:
            return Condition.COMPLETED
        is_looked_at = self.services[name].health is not None
        return Condition.HEALTHY if is_looked_at else Condition.STARTED

    async def _until(self, one: Instance, done: Condition) -> None:
        while not self._is(one, done):
            if one.health == "unhealthy":
                raise CannotStart(self._words(one, "is not healthy"))
            has_given_up = one.has_ended or (done is Condition.HEALTHY and one.deaths >= DEATHS_MAX)
            if has_given_up and not self._is(one, done):
                raise CannotStart(self._words(one, f"ended with {one.code}"))
            await asyncio.sleep(LOOK_EVERY_S)

    def _is(self, one: Instance, done: Condition) -> bool:
        if done is Condition.COMPLETED:
            return one.has_ended and one.code == 0
        return done is Condition.STARTED or one.health == "healthy"

    def _words(self, one: Instance, what: str) -> str:
        """One line, and the last of what it wrote."""
        log = self._places.log(one.service.name, one.index)
        said = tail(log) or tail(self._places.told(one.service.name, one.index))
        return f"{one.name} {what}; the end of {log}:\n{said}"

    async def _tell_forever(self, one: Instance) -> None:
        """Pass on what an instance of ours tells people; others' programs write logs there."""
        if not one.service.image.startswith("beaconfire"):
            return
        told = self._places.told(one.service.name, one.index)
        heard = told.stat().st_size
        rest = ""
        while True:
            await asyncio.sleep(LOOK_EVERY_S * 4)
            with told.open("rb") as file:
                file.seek(heard)
                new = file.read()
            heard += len(new)
            *lines, rest = (rest + new.decode("utf-8", "replace")).split("\n")
            for line in lines:
                if not line.startswith("ready "):
                    self._say(f"{one.service.name}: {line}")

    def _published(self) -> dict[int, int]:
        return {
            inside: port
            for name in self._order
            for inside, port in self.services[name].published.items()
        }

    def _ports(self) -> dict[tuple[str, int], dict[int, int]]:
        found: dict[tuple[str, int], dict[int, int]] = {}
        for name in self._order:
            service = self.services[name]
            for index in range(self._scale.get(name, 1)):
                own = dict(zip(service.exposed, lasting_ports(len(service.exposed)), strict=True))
                found[name, index] = own | (dict(service.published) if index == 0 else {})
        return found

    def _write_state(self) -> None:
        """What tests and people look up: each instance's process, ports and health."""
        state: dict[str, Any] = {
            "pid": os.getpid(),
            "origin": self.origin if self._published() else None,
            "switch": None if self._switch.path is None else str(self._switch.path),
            "services": {
                name: [self._state_of(one) for one in ones] for name, ones in self.instances.items()
            },
        }
        draft = self.folder / f"{STATE}.new"
        draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
        draft.replace(self.folder / STATE)

    def _state_of(self, one: Instance) -> dict[str, Any]:
        return {
            "pid": one.pid,
            "began": None if one.pid is None else began(one.pid),
            "code": one.code,
            "health": one.health,
            "ports": self._places.ports[one.service.name, one.index],
            "log": str(self._places.log(one.service.name, one.index)),
        }


_WORDS: Final = {
    Condition.COMPLETED: "done",
    Condition.HEALTHY: "healthy",
    Condition.STARTED: "started",
}
