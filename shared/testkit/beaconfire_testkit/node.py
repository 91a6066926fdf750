"""A real node in a process of its own, for tests that start, stop and kill it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import psutil

from beaconfire_platform.process.trust import trust_for

READY_S_MAX: Final = 240
"""A loaded machine makes a database in twenty seconds and a city with its past in a hundred."""
STOP_S_MAX: Final = 30
PATIENCE_S: Final = 60.0
"""How long a client under test waits for an answer: no promise of ours, two cores may be busy."""


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def open_to_all(path: Path) -> Path:
    """Let everybody pass through a test's folder: as root PostgreSQL runs as somebody else."""
    for part in (path, *path.parents):
        if part.owner() == path.owner() and part != Path("/"):
            part.chmod(part.stat().st_mode | 0o111)
    return path


@dataclass(slots=True)
class NodeProcess:
    """One start of `beaconfire up`."""

    process: "subprocess.Popen[str]"
    port: int
    lines: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def until_ready(self) -> float:
        """Read its lines until `ready`; how many seconds that took. Fails with what it said."""
        began = time.monotonic()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("ready "):
                return time.monotonic() - began
            assert time.monotonic() - began < READY_S_MAX, self.lines
        raise AssertionError(f"the node ended with {self.process.wait()}: {self.lines}")

    def listen(self) -> None:
        """Go on reading its lines: a node that nobody hears would stand still at a full pipe."""
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        assert self.process.stdout is not None
        with contextlib.suppress(ValueError):  # closed under our hands: the node is gone
            self.lines.extend(line.rstrip("\n") for line in self.process.stdout)

    def get(self, path: str) -> httpx.Response:
        """One request."""
        return httpx.get(
            f"{self.origin}{path}",
            timeout=PATIENCE_S,
            trust_env=False,
            verify=trust_for(self.origin),
        )

    def postmaster(self) -> psutil.Process:
        """Its PostgreSQL's first process."""
        for child in psutil.Process(self.process.pid).children():
            if "postgres" in child.name():
                return child
        raise AssertionError("no postmaster")

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, float]:
        """Send a signal and wait; exit code and seconds."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(STOP_S_MAX)
        return code, time.monotonic() - began


@dataclass(slots=True)
class NodeFolder:
    """A data folder and the nodes that were started on it."""

    folder: Path
    started: list[NodeProcess] = field(default_factory=list)

    def start(
        self,
        *arguments: str,
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
        through: Sequence[str] = (),
    ) -> NodeProcess:
        """Start a node on this folder, `through` a command that becomes it; not ready yet."""
        chosen = port or free_port()
        process = subprocess.Popen(  # noqa: S603  (our own command)
            [
                *through, sys.executable, "-m", "beaconfire", "up", "--data", str(self.folder),
                "--port", str(chosen), *arguments,
            ],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "BEACONFIRE_LOG_LEVEL": "warning", **(environment or {})},
        )  # fmt: skip
        node = NodeProcess(process, chosen)
        self.started.append(node)
        return node

    def token(self, sign_in: str) -> str:
        """A bearer token of somebody, taken out by hand at the running node."""
        run = subprocess.run(  # noqa: S603  (our own command)
            [
                sys.executable, "-m", "beaconfire", "users", "token", sign_in,
                "--data", str(self.folder),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    def fails(
        self,
        *arguments: str,
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        """Start a node that must not start; what it said, which is one line."""
        node = self.start(*arguments, port=port, environment=environment)
        out, _ = node.process.communicate(timeout=READY_S_MAX)
        assert node.process.returncode not in (0, None), out
        (line,) = [one for one in out.splitlines() if one.startswith("beaconfire cannot start")]
        assert "Traceback" not in out
        return line

    def close(self) -> None:
        """Kill whatever still lives, databases of killed nodes too."""
        for node in self.started:
            for process in _family(node.process.pid):
                with contextlib.suppress(psutil.Error):
                    process.kill()
            node.process.wait()
            if node.process.stdout is not None:
                node.process.stdout.close()
        for pid in _postmasters_on(self.folder / "postgres"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)


def _family(pid: int) -> Sequence[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [*process.children(recursive=True), process]
    except psutil.Error:
        return []


def _postmasters_on(folder: Path) -> Generator[int]:
    """Pids of servers whose command line names this folder: orphans of killed nodes."""
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if str(folder) in command and "postgres" in command[0]:
            yield process.pid
