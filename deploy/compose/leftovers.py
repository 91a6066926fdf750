"""What a killed runner leaves: ended by a process beside it, at the latest by the next runner.

The kernel ends the first process of each service with the runner (programs.ending_with_us), but not
what that one started: nginx's workers would keep the port and answer.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import psutil

from compose.programs import CannotStart, environment

_DEPLOY: Final = Path(__file__).resolve().parents[1]


class Watcher:
    """A process that waits for the runner's end, however that comes, and then ends what is left."""

    def __init__(self, state: Path) -> None:
        """It looks into `state` only then; a session of its own keeps a terminal's signals off."""
        self._process = subprocess.Popen(  # noqa: S603  (ourselves)
            [sys.executable, "-P", "-m", "compose.leftovers", str(state), str(os.getpid())],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
            env=environment({"PYTHONPATH": str(_DEPLOY)}), start_new_session=True,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    async def dismiss(self) -> None:
        """Nothing is left to be ended."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await asyncio.to_thread(self._process.wait)


def began(pid: int) -> float | None:
    """When a process began, which tells it from a later one of the same number."""
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).create_time()
    return None


def end_leftovers(state: Path) -> None:
    """What a killed runner left on this folder is ended before anything begins anew."""
    said = _read(state)
    if said is None:
        return
    if began(said["pid"]) is not None and said["pid"] != os.getpid():
        raise CannotStart(
            f"{state.parent} is in use by the runner with pid {said['pid']}: "
            "stop it (Ctrl-C there), or choose another folder with --data"
        )
    _end(said)


def end_after(state: Path, runner: int) -> None:
    """The same of that runner alone: the next one may be on the folder already."""
    said = _read(state)
    if said is not None and said["pid"] == runner:
        _end(said)


def _read(state: Path) -> Mapping[str, Any] | None:
    with contextlib.suppress(OSError, ValueError):
        return json.loads(state.read_text("utf-8"))
    return None


def _end(said: Mapping[str, Any]) -> None:
    """The whole group of each first process, which may be gone itself."""
    for ones in said["services"].values():
        for one in ones:
            if one["pid"] is not None and began(one["pid"]) in (None, one["began"]):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(one["pid"], signal.SIGKILL)


if __name__ == "__main__":
    sys.stdin.buffer.read()  # it ends with the runner, who alone holds the other end
    end_after(Path(sys.argv[1]), int(sys.argv[2]))
