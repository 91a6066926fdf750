"""A service that runs apart: ready by its environment alone, drained when it is asked to stop."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from beaconfire_platform.access.key_file import usable_key
from beaconfire_platform.access.tokens import Minter
from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_platform.environment import BadSetting
from beaconfire_platform.ids import new_id
from beaconfire_platform.process.apart import Process
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_platform.process.settings import ProcessSettings
from beaconfire_testkit.node import free_port
from beaconfire_testkit.postgres import PostgresServer

SERVICE = "geo"
STOP_S_MAX = 30


def a_folder() -> Path:
    """One that the database's own account enters."""
    folder = Path(tempfile.mkdtemp(prefix="beaconfire-apart-"))
    folder.chmod(0o755)
    return folder


def run(said: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", f"beaconfire_{SERVICE}"],
        capture_output=True, text=True, check=False, env=os.environ | said, timeout=60,
    )  # fmt: skip


@pytest.fixture
async def durable() -> AsyncGenerator[str]:
    """A database on a server that writes before it answers, as a service wants it."""
    folder = a_folder()
    cluster = Cluster.at(folder / "postgres")
    try:
        await cluster.make()
        postmaster = await cluster.start()
        try:
            await cluster.create_database(SERVICE)
            yield cluster.dsn(database=SERVICE)
        finally:
            await cluster.stop(postmaster)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(cluster.socket_folder, ignore_errors=True)


def environment(dsn: str, kafka: str, keys: Path, port: int) -> dict[str, str]:
    public = keys / "public"
    public.mkdir(parents=True, exist_ok=True)
    for name in (SERVICE, "agency"):
        (public / f"{name}.json").write_text(Minter(usable_key(keys / name)).public_key)
    return {
        "BEACONFIRE_DATABASE_URL": dsn,
        "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "BEACONFIRE_KAFKA_PREFIX": f"t{os.getpid()}-{new_id()[-12:]}",
        "BEACONFIRE_ORIGIN": "http://127.0.0.1:9",
        "BEACONFIRE_KEY_FOLDER": str(keys / SERVICE),
        "BEACONFIRE_PUBLIC_KEYS": str(public),
        "BEACONFIRE_PORT": str(port),
        "BEACONFIRE_LOG_LEVEL": "warning",
    }


def start(said: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", f"beaconfire_{SERVICE}"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ | said,
    )  # fmt: skip


def until_ready(process: "subprocess.Popen[str]") -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("ready "):
            return lines
    raise AssertionError(lines)


def test_it_is_ready_though_no_topic_is_there_and_ends_well_when_asked(
    durable: str, kafka: str, tmp_path: Path
) -> None:
    port = free_port()
    process = start(environment(durable, kafka, tmp_path, port))
    try:
        until_ready(process)
        ready = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10, trust_env=False)
        stranger = httpx.get(f"http://127.0.0.1:{port}/v1/layers/grid", timeout=10, trust_env=False)
        process.send_signal(signal.SIGTERM)
        code = process.wait(STOP_S_MAX)
    finally:
        process.kill()
        if process.stdout is not None:
            process.stdout.close()

    assert ready.status_code == 200, ready.text
    assert ready.json()["relay"]["ok"]
    assert stranger.status_code == 401
    assert code == 0


async def test_a_database_that_may_lose_what_it_answered_is_refused(
    postgres_server: PostgresServer, kafka: str, tmp_path: Path
) -> None:
    name = f"apart{os.getpid()}"
    said = environment(await postgres_server.create(name), kafka, tmp_path, free_port())

    ran = await asyncio.to_thread(run, said)
    await postgres_server.drop(name)

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"beaconfire {SERVICE} cannot start: ")
    assert "may lose what was acknowledged" in ran.stderr


@pytest.mark.parametrize(
    "lacking",
    [
        "BEACONFIRE_DATABASE_URL", "BEACONFIRE_ORIGIN", "BEACONFIRE_KEY_FOLDER",
        "BEACONFIRE_PUBLIC_KEYS", "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS",
    ],
)  # fmt: skip
def test_what_its_environment_lacks_is_named(lacking: str, tmp_path: Path) -> None:
    said = environment("postgresql://x/y", "kafka:9092", tmp_path, 8040)
    del said[lacking]

    async def never(*_: object) -> None:
        """Not reached."""

    with pytest.raises(BadSetting, match=lacking):
        ProcessSettings.from_environment(said)
    with pytest.raises(CannotStart, match=lacking):
        Process(SERVICE, never, said)  # pyright: ignore[reportArgumentType]  (never called)
