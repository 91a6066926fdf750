"""PostgreSQL's image without its image: the cluster is made as its entry script makes it.

The superuser's password and the arguments of initdb come from `POSTGRES_*`; what lies in
`/docker-entrypoint-initdb.d` is run once, before anybody can reach the server over TCP.
"""

import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from beaconfire_platform.embedded.binaries import Account, account, reachable_binaries
from compose.model import BadFile, Service
from compose.places import Places
from compose.programs import ProgramFailed, environment, identity, run_once

DATA: Final = "18/docker"
"""Where the image of version 18 keeps its data below /var/lib/postgresql."""
INIT: Final = "/docker-entrypoint-initdb.d/"
MADE: Final = "beaconfire.made"
START_S_MAX: Final = 60
_KNOWN: Final = frozenset({"POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"})


@cache
def server_account() -> Account:
    """As whom the server runs: never as root."""
    return account()


@cache
def server_binaries(folder: Path) -> Path:
    """Its programs, where that account reaches them: in place, or copied below our folder."""
    return reachable_binaries(server_account(), folder)


def make_cluster(service: Service, index: int, places: Places) -> Path:
    """The data folder, made and filled unless it was; what an interrupted making left goes."""
    for name in service.environment.keys() - _KNOWN:
        raise BadFile(f"{service.name}: {name} is not understood of the image postgres")
    (mount,) = [one for one in service.mounts if one.target == "/var/lib/postgresql"]
    data = places.paths(service, index)[mount.target] / DATA
    if (data / MADE).exists():
        return data
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    os.chown(data, server_account().uid, server_account().gid)
    data.chmod(0o700)
    programs = server_binaries(places.folder)
    said = {
        name: places.local(value, service, index) for name, value in service.environment.items()
    }
    run_once(
        [
            str(programs / "initdb"), "-D", str(data), "-U", "postgres",
            f"--pwfile={said['POSTGRES_PASSWORD_FILE']}",
            *shlex.split(said.get("POSTGRES_INITDB_ARGS", "")),
        ],
        server_account(),
    )  # fmt: skip
    with (data / "pg_hba.conf").open("a") as access:
        access.write("\nhost all all all scram-sha-256\n")
    with _on_its_socket(data, programs) as socket:
        for given in sorted(service.given, key=lambda one: one.target):
            if given.target.startswith(INIT):
                script = places.paths(service, index)[given.target]
                run_once(
                    [
                        str(programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1",
                        "-h", str(socket), "-U", "postgres", "-d", "postgres", "-f", str(script),
                    ]
                )  # fmt: skip
    (data / MADE).touch()
    return data


@contextmanager
def _on_its_socket(data: Path, programs: Path) -> Generator[Path]:
    """The server for a moment, where only we reach it."""
    socket = Path(tempfile.mkdtemp(prefix="bf-"))
    os.chown(socket, server_account().uid, server_account().gid)
    server = subprocess.Popen(  # noqa: S603  (our own binary)
        [
            str(programs / "postgres"), "-D", str(data), "-clisten_addresses=",
            f"-cunix_socket_directories={socket}",
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        env=environment({}), **identity(server_account()),
    )  # fmt: skip
    try:
        _answering(server, programs, socket)
        yield socket
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(socket, ignore_errors=True)


def _answering(server: "subprocess.Popen[bytes]", programs: Path, socket: Path) -> None:
    until = time.monotonic() + START_S_MAX
    ready = [str(programs / "pg_isready"), "-q", "-h", str(socket), "-U", "postgres"]
    while subprocess.run(ready, check=False, env=environment({})).returncode:  # noqa: S603  (ours)
        if server.poll() is not None or time.monotonic() > until:
            raise ProgramFailed("postgres: did not start to be filled")
        time.sleep(0.05)
