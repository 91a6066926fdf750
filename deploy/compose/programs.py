"""Programs of this machine: found by name, run to their end, started so that none outlives us."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypedDict

from beaconfire_platform.embedded.binaries import Account

ONCE_S_MAX: Final = 300
LINES_TOLD: Final = 12
_REMEDIES: Final[Mapping[str, str]] = {
    "nginx": "make setup-gateway (Debian, Ubuntu: sudo apt-get install nginx-light)",
    "wget": "make setup-gateway (Debian, Ubuntu: sudo apt-get install wget)",
}


class CannotStart(Exception):  # noqa: N818  (told to people as it is)
    """A deployment or one of its services does not come up; the text says why."""


class ProgramMissing(Exception):  # noqa: N818  (told to people as it is)
    """A program that stands in for an image is not on this machine; the text says what to do."""


class ProgramFailed(Exception):  # noqa: N818  (told to people as it is)
    """What had to be done before a service starts failed; its own last words follow."""


class Identity(TypedDict):
    """As whom a program is run: keyword arguments of `subprocess`."""

    user: int | None
    group: int | None
    extra_groups: tuple[int, ...] | None


def identity(account: Account | None) -> Identity:
    """That account, or whoever we are."""
    if account is None or account.uid == os.geteuid():
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.uid, "group": account.gid, "extra_groups": ()}


def environment(more: Mapping[str, str], programs: str = "") -> dict[str, str]:
    """A container's: nothing of ours leaks in, no proxies, no settings, no class path."""
    path = os.pathsep.join(
        one for one in (programs, os.environ.get("PATH", "/usr/bin:/bin")) if one
    )
    bare = {"HOME": tempfile.gettempdir(), "LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": path}
    return {**bare, "PYTHONUNBUFFERED": "1", **more}


def found(words: Sequence[str], programs: str) -> list[str]:
    """The words with their program's own path; ProgramMissing when it is not there."""
    path = os.pathsep.join(one for one in (programs, os.environ.get("PATH")) if one)
    program = shutil.which(words[0], path=path)
    if program is None:
        remedy = _REMEDIES.get(words[0], "install it")
        raise ProgramMissing(f"{words[0]} is not on this machine: {remedy}")
    return [program, *words[1:]]


def ending_with_us(words: Sequence[str]) -> list[str]:
    """Where the kernel offers it, a process dies with the thread that started it, however that
    ended; what it started itself does not, which is the watcher's (leftovers.py)."""
    setpriv = shutil.which("setpriv")
    return [*(() if setpriv is None else (setpriv, "--pdeathsig", "KILL", "--")), *words]


def run_once(words: Sequence[str], account: Account | None = None) -> None:
    """Run a command to its end; ProgramFailed with its last words."""
    finished = subprocess.run(  # noqa: S603  (our own commands)
        words,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/",
        env=environment({}), check=False, text=True, timeout=ONCE_S_MAX, **identity(account),
    )  # fmt: skip
    if finished.returncode:
        raise ProgramFailed(f"{Path(words[0]).name}: {finished.stdout.strip()[-1000:]}")


def tail(log: Path, lines: int = LINES_TOLD) -> str:
    """What somebody wrote last."""
    try:
        return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
