"""Where things are on this machine: ports for names of services, folders for paths of containers.

All that is changed of what the file says is changed here: addresses and paths in texts.
"""

import re
import shutil
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from compose.model import ComposeFile, Service

LOOPBACK: Final = "127.0.0.1"
PORTS: Final = range(1, 65_536)
_OWN: Final = r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0)"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a deployment and the ports of its instances."""

    file: ComposeFile
    tree: Path
    """Where the file is, and what it names."""
    folder: Path
    """Where everything that is made lies."""
    ports: Mapping[tuple[str, int], Mapping[int, int]] = field(
        default_factory=dict[tuple[str, int], Mapping[int, int]]
    )
    """By service and instance: this machine's port for each one inside."""

    def instances(self, service: str) -> int:
        """How many instances a service has."""
        return sum(1 for name, _ in self.ports if name == service)

    def own(self, service: str, index: int) -> Path:
        """The folder of one instance: its configs, its scratch folders."""
        return self.folder / "run" / f"{service}-{index + 1}"

    def log(self, service: str, index: int) -> Path:
        """Where an instance writes."""
        return self.folder / "logs" / f"{service}-{index + 1}.log"

    def told(self, service: str, index: int) -> Path:
        """Where an instance writes what people are told."""
        return self.folder / "logs" / f"{service}-{index + 1}.told"

    def paths(self, service: Service, index: int) -> Mapping[str, Path]:
        """This machine's path for each that the container has."""
        own = self.own(service.name, index)
        mounts = {
            mount.target: self.folder / "volumes" / mount.volume / mount.subpath
            for mount in service.mounts
        }
        made = {
            target: own / target.lstrip("/")
            for target in (*service.scratch, *(given.target for given in service.given))
        }
        return mounts | made

    def local(self, text: str, service: Service, index: int) -> str:
        """A text of the file or of a config as it is right on this machine."""
        ports = self.ports.get((service.name, index), {})
        if text.isdecimal() and int(text) in ports:
            return str(ports[int(text)])
        for inside, port in ports.items():
            text = re.sub(
                rf"(?<![\w.-]){_OWN}([:/]){inside}(?!\d)", rf"{LOOPBACK}\g<1>{port}", text
            )
        for (name, number), others in self.ports.items():
            if number == 0:
                for inside, port in others.items():
                    text = re.sub(
                        rf"(?<![\w.-]){re.escape(name)}:{inside}(?!\d)", f"{LOOPBACK}:{port}", text
                    )
        return self._with_paths(text, service, index)

    def _with_paths(self, text: str, service: Service, index: int) -> str:
        found = self.paths(service, index)
        if not found:
            return text
        # the longest first: a path may lie below another
        targets = "|".join(re.escape(one) for one in sorted(found, key=len, reverse=True))
        return re.sub(
            rf"(?<![\w./-])({targets})(?=$|[\s/;\"',`])", lambda one: str(found[one[1]]), text
        )

    def lay_out(self, service: Service, index: int) -> None:
        """The instance's folders and files; scratch folders are emptied."""
        paths = self.paths(service, index)
        for mount in service.mounts:
            paths[mount.target].mkdir(parents=True, exist_ok=True)
        for target in service.scratch:
            shutil.rmtree(paths[target], ignore_errors=True)
            paths[target].mkdir(parents=True)
        for given in service.given:
            text = (self.tree / self.file.configs[given.config]).read_text("utf-8")
            paths[given.target].parent.mkdir(parents=True, exist_ok=True)
            paths[given.target].write_text(self.local(text, service, index), encoding="utf-8")

    def locals(self, words: Sequence[str], service: Service, index: int) -> list[str]:
        """The same of each word of a command."""
        return [self.local(one, service, index) for one in words]


def unusable(port: int) -> str | None:
    """Why a server cannot listen on a port of this machine now; nothing where it can."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            return error.strerror
    return None
