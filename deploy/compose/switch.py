"""One service of a running deployment is stopped or started, as `docker compose stop` does it.

The runner listens on a socket whose folder is its owner's alone; where that is stands in its state.
"""

import asyncio
import json
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from compose.model import BadFile
from compose.programs import CannotStart, ProgramFailed, ProgramMissing

VERBS: Final = ("stop", "start")
ASKED_BYTES_MAX: Final = 512
"""A word and a service's name."""
Act = Callable[[str], Awaitable[str]]
"""Does something with a service, and says what it did."""


class Switch:
    """The listening end."""

    def __init__(self, acts: Mapping[str, Act]) -> None:
        """By verb; nobody is listened to yet."""
        self._acts = acts
        self._server: asyncio.Server | None = None
        self.path: Path | None = None

    async def open(self) -> None:
        """Listen; a path in a folder of its own, since a socket's may have 107 bytes at most."""
        self.path = Path(tempfile.mkdtemp(prefix="beaconfire-")) / "switch"
        self._server = await asyncio.start_unix_server(self._hear, self.path, limit=ASKED_BYTES_MAX)

    async def close(self) -> None:
        """Listen no longer; what is being done is done by somebody else by now."""
        if self._server is not None and self.path is not None:
            self._server.close()
            await asyncio.to_thread(shutil.rmtree, self.path.parent, ignore_errors=True)
        self._server = self.path = None

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = await self._answer(await reader.readline())
        except ValueError:  # longer than anything that may be asked
            answer = {"refused": f"{' or '.join(VERBS)}, and a service"}
        writer.write(json.dumps(answer).encode() + b"\n")
        writer.close()

    async def _answer(self, line: bytes) -> dict[str, str]:
        verb, _, service = line.decode("utf-8", "replace").strip().partition(" ")
        if verb not in self._acts:
            return {"refused": f"{' or '.join(VERBS)}, and a service"}
        try:
            return {"said": await self._acts[verb](service)}
        except (BadFile, CannotStart, ProgramFailed, ProgramMissing) as error:
            return {"refused": str(error)}


def ask(state: Path, verb: str, service: str) -> str:
    """Ask the runner whose state this is; what it did. CannotStart with why it did not."""
    nobody = CannotStart(f"nothing runs in {state.parent}: name another folder with --data")
    try:
        told: dict[str, Any] = json.loads(state.read_text(encoding="utf-8"))
        path = told["switch"]
        if path is None:
            raise CannotStart("it is not ready yet")
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(path)
            asking.sendall(f"{verb} {service}\n".encode())
            with asking.makefile(encoding="utf-8") as heard:
                answer: dict[str, str] = json.loads(heard.readline() or "{}")
    except (OSError, KeyError, ValueError) as error:
        raise nobody from error
    if "said" not in answer:
        raise CannotStart(answer.get("refused", "the runner stopped meanwhile"))
    return answer["said"]
