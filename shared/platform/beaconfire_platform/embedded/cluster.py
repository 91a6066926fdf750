"""One PostgreSQL cluster in a data folder: made, started, asked, stopped, by our own commands.

R21: own account, peer authentication mapped by `pg_ident`, Unix socket only, checksums, fast stop.
R20: durable settings, and a refusal to serve when `SHOW` says otherwise.
"""

import asyncio
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

import asyncpg

from beaconfire_platform.embedded.binaries import Account, account, reachable_binaries

START_S_MAX: Final = 600
"""Crash recovery of a large log takes minutes; nothing is gained by killing it half-way."""
STOP_S_MAX: Final = 20
ASK_EVERY_S: Final = 0.05
SOCKET_PATH_BYTES_MAX: Final = 107
"""What the kernel allows for a Unix socket's path."""
CONNECTIONS_MAX: Final = 60
OWNER: Final = "beaconfire_owner"
PORT: Final = 5432
DURABLE: Final[Mapping[str, str]] = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_sync_retry": "off",
    "max_prepared_transactions": "0",
}
_TUNED: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "max_connections": str(CONNECTIONS_MAX),
    "shared_buffers": "128MB",
    "wal_level": "replica",
    "unix_socket_permissions": "0700",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
    "jit": "off",
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "10s",
}


_LINE_PREFIX: Final = re.compile(r"^[-\d]+ [.:\d]+ \w+ \[\d+\] ")
"""When and which process, as `log_line_prefix` above has it."""


class ClusterBroken(Exception):  # noqa: N818  (told to people as it is)
    """PostgreSQL did not start; its own last words follow."""


class NotDurable(Exception):  # noqa: N818  (told to people as it is)
    """PostgreSQL runs with settings under which a crash loses what was acknowledged."""


class Postmaster:
    """A running server's first process. It is asked, not awaited: uvloop's own subprocesses
    cannot run as another account."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        """Just started."""
        self._process = process

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it is gone, by itself or by us."""
        return self._process.poll() is not None

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it is gone."""
        if not self.has_ended:
            self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait until it is gone; its exit code."""
        while (code := self._process.poll()) is None:  # noqa: ASYNC110  (a process has no event)
            await asyncio.sleep(ASK_EVERY_S)
        return code


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster's folders and how to reach it."""

    folder: Path
    binaries: Path
    runner: Account
    socket_folder: Path
    settings: Mapping[str, str]

    @classmethod
    def at(cls, folder: Path, *, settings: Mapping[str, str] | None = None) -> "Cluster":
        """The cluster that lives (or will live) below `folder`."""
        runner = account()
        folder.mkdir(parents=True, exist_ok=True)
        return cls(
            folder / "postgres",
            reachable_binaries(runner, folder),
            runner,
            _socket_folder(folder, runner),
            {**_TUNED, **DURABLE, **(settings or {})},
        )

    def dsn(self, role: str = OWNER, database: str = "beaconfire") -> str:
        """How asyncpg reaches it as a role, over the socket."""
        return f"postgresql://{role}@/{database}?host={self.socket_folder}&port={PORT}"

    @property
    def is_made(self) -> bool:
        """Whether `initdb` has finished here before."""
        return (self.folder / "beaconfire.made").exists()

    async def make(self) -> None:
        """Make the cluster; what an interrupted making left is removed first."""
        if self.is_made:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        os.chown(self.folder, self.runner.uid, self.runner.gid)
        self.folder.chmod(0o700)
        await self._run(
            "initdb", "-D", str(self.folder), "-U", OWNER, "--auth-local=peer",
            "--auth-host=reject", "--data-checksums", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-N",
        )  # fmt: skip
        self._write_access()
        await self._run("initdb", "-S", "-D", str(self.folder))
        (self.folder / "beaconfire.made").touch()

    def _write_access(self) -> None:
        """Peer authentication: our own account and root's may be any role of ours, nobody else."""
        names = {self.runner.name, _name_of(os.geteuid())}
        lines = "".join(f"beaconfire {name} /^beaconfire_.*$\n" for name in sorted(names))
        for name, text in {
            "pg_ident.conf": lines,
            "pg_hba.conf": "local all all peer map=beaconfire\n",
        }.items():
            path = self.folder / name
            path.write_text(text)
            os.chown(path, self.runner.uid, self.runner.gid)

    async def start(self) -> "Postmaster":
        """Start the postmaster and wait until it answers; ClusterBroken with its last words."""
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        log = self.folder.parent / "postgres.log"
        with log.open("ab") as out:
            said_before = out.tell()
            process = subprocess.Popen(  # noqa: S603, ASYNC220  (our own binary; fork is quick)
                [
                    str(self.binaries / "postgres"), "-D", str(self.folder),
                    f"-cunix_socket_directories={self.socket_folder}", f"-cport={PORT}", *options,
                ],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", text=False,
                env=_environment(), start_new_session=True, **self._identity(),
            )  # fmt: skip
        postmaster = Postmaster(process)
        try:
            await self._answering(postmaster, log, said_before)
        except BaseException:  # a caller who was cancelled must not leave a server behind
            await self.stop(postmaster)
            raise
        return postmaster

    async def _answering(self, postmaster: "Postmaster", log: Path, said_before: int) -> None:
        async with asyncio.timeout(START_S_MAX):
            while True:
                if postmaster.has_ended:
                    raise ClusterBroken(last_words(log, said_before))
                if not _says_ready(self.folder, postmaster.pid):  # else it logs a FATAL a question
                    await asyncio.sleep(0.02)
                    continue
                try:
                    connection = await asyncpg.connect(self.dsn(database="postgres"), timeout=5)
                except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresError):
                    await asyncio.sleep(0.05)
                    continue
                await connection.close()
                return

    async def stop(self, postmaster: "Postmaster") -> None:
        """Stop fast: open transactions roll back, a checkpoint is written."""
        postmaster.send(signal.SIGINT)
        try:
            async with asyncio.timeout(STOP_S_MAX):
                await postmaster.ended()
        except TimeoutError:
            postmaster.send(signal.SIGQUIT)  # recovery at the next start mends it
            await postmaster.ended()

    async def create_database(self, name: str = "beaconfire") -> None:
        """Make the database unless it is there."""
        connection = await asyncpg.connect(self.dsn(database="postgres"), timeout=10)
        try:
            if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
                await connection.execute(f'create database "{name}"')
        finally:
            await connection.close()

    async def _run(self, program: str, *arguments: str) -> None:
        def run() -> "subprocess.CompletedProcess[bytes]":
            return subprocess.run(  # noqa: S603  (our own binary)
                [str(self.binaries / program), *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                cwd="/", env=_environment(), check=False, text=False, **self._identity(),
            )  # fmt: skip

        finished = await asyncio.to_thread(run)
        if finished.returncode:
            words = finished.stdout.decode(errors="replace").strip()[-400:]
            raise ClusterBroken(f"{program}: {words}")

    def _identity(self) -> "_Identity":
        if os.geteuid() == self.runner.uid:
            return {"user": None, "group": None, "extra_groups": None}
        return {"user": self.runner.uid, "group": self.runner.gid, "extra_groups": ()}


class _Identity(TypedDict):
    """As whom a program is run: keyword arguments of `subprocess`."""

    user: int | None
    group: int | None
    extra_groups: tuple[int, ...] | None


async def verify_durable(connection: asyncpg.Connection) -> None:
    """R20: refuse a server under whose settings an acknowledged command may be lost."""
    for name, wanted in DURABLE.items():
        found = await connection.fetchval(f"show {name}")
        if found != wanted:
            raise NotDurable(f"{name} is {found}, must be {wanted}: mend postgresql.conf")


def orphan_pid(folder: Path) -> int | None:
    """The pid of a postmaster that still runs on this data folder, or None."""
    pid = _pid_in(folder)
    return pid if pid is not None and _is_postgres(pid) else None


def uncollected_pid(folder: Path) -> int | None:
    """The pid of a postmaster that is dead, and that its parent did not collect yet, or None.

    PostgreSQL takes it for a running one and does not start.
    """
    pid = _pid_in(folder)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return pid if stat.rpartition(")")[2].split()[:1] == ["Z"] else None


def _says_ready(folder: Path, pid: int) -> bool:
    """Whether this postmaster takes connections: line 8 of its lock file, as pg_ctl reads it."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        return int(lines[0]) == pid and lines[7].strip() == "ready"
    except (OSError, ValueError, IndexError):
        return False


def _pid_in(folder: Path) -> int | None:
    """The pid in the lock file, if there is a process of that number."""
    try:
        pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return pid


def _is_postgres(pid: int) -> bool:
    """Whether a pid is a postgres and not whoever got the number after it."""
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True  # no /proc here: better to ask it to stop than to run two on one folder


def last_words(log: Path, since: int = 0, lines: int = 3) -> str:
    """What the server wrote last from that byte on, which says why it would not start."""
    try:
        told = log.read_bytes()[since:].decode(errors="replace").splitlines()[-lines:]
    except OSError:
        return "it left no log"
    return f"{' | '.join(_LINE_PREFIX.sub('', one) for one in told)} (in {log})"


def _socket_folder(folder: Path, runner: Account) -> Path:
    """A private folder with a short path, the same for the same data folder."""
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"bf-{os.geteuid()}-{digest}"
    if len(str(path / f".s.PGSQL.{PORT}")) > SOCKET_PATH_BYTES_MAX:
        path = Path("/tmp") / path.name  # noqa: S108  (mode 0700, owner checked below)
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if found.st_uid not in (os.geteuid(), runner.uid):
        raise ClusterBroken(f"{path} belongs to somebody else: remove it")
    os.chown(path, runner.uid, runner.gid)
    path.chmod(0o700)
    return path


def _environment() -> dict[str, str]:
    """Nothing of ours leaks into the server: no PG* variables, no locale surprises."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _name_of(uid: int) -> str:
    return pwd.getpwuid(uid).pw_name
