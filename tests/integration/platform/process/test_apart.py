"""A service that runs apart: ready by its environment alone, drained when it is asked to stop."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import asyncpg
import httpx
import pytest

from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.key_file import NAME, usable_key
from beaconfire_platform.access.tokens import Minter
from beaconfire_platform.clock import wall_now
from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_platform.environment import BadSetting
from beaconfire_platform.ids import new_id
from beaconfire_platform.process.apart import Process
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_platform.process.settings import ProcessSettings
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.node import PATIENCE_S, free_port
from beaconfire_testkit.postgres import PostgresServer
from beaconfire_testkit.service import a_subject

pytestmark = pytest.mark.apart
SERVICE = "geo"
STOP_S_MAX = 30
DRAIN_S_MAX = 10
NEWER = "insert into public.beaconfire_migration (schema, number, name) values ('geo', 99, 'x')"


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
        ready = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE_S, trust_env=False)
        stranger = httpx.get(
            f"http://127.0.0.1:{port}/v1/layers/grid", timeout=PATIENCE_S, trust_env=False
        )
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


def refused(said: dict[str, str]) -> str:
    """Its one line: what is wrong and how to mend it."""
    ran = run(said)

    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.startswith(f"beaconfire {SERVICE} cannot start: "), ran.stderr
    assert ran.stderr.count("\n") == 1, "a traceback helps nobody"
    return ran.stderr


@pytest.fixture
def unmet(tmp_path: Path) -> dict[str, str]:
    """An environment in which nobody answers: neither a database nor a broker."""
    dsn = f"postgresql://geo@127.0.0.1:{free_port()}/geo"
    return environment(dsn, f"127.0.0.1:{free_port()}", tmp_path, free_port())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "BEACONFIRE_DATABASE_URL cannot be reached"),
        ({"BEACONFIRE_DATABASE_URL": "nonsense"}, "BEACONFIRE_DATABASE_URL cannot be reached"),
        ({"BEACONFIRE_DATABASE_URL": ""}, "BEACONFIRE_DATABASE_URL names"),
        ({"BEACONFIRE_PORT": "x"}, "BEACONFIRE_PORT is a whole number"),
        ({"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "kafka"}, "a broker is host:port"),
        ({"BEACONFIRE_LOG_LEVEL": "loud"}, "BEACONFIRE_LOG_LEVEL=loud: choose one of"),
    ],
)
def test_an_environment_that_is_unfit_is_one_line(
    unmet: dict[str, str], said: dict[str, str], told: str
) -> None:
    assert told in refused(unmet | said)


def test_a_port_that_is_taken_is_named_with_its_setting(unmet: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        line = refused(unmet | {"BEACONFIRE_PORT": str(port)})

    assert f"port {port} on 127.0.0.1 cannot be used" in line
    assert "BEACONFIRE_PORT" in line


def test_a_key_that_others_may_read_or_that_is_damaged_is_not_used(
    unmet: dict[str, str],
) -> None:
    key = Path(unmet["BEACONFIRE_KEY_FOLDER"]) / NAME
    key.chmod(0o644)
    assert f"chmod 600 {key}" in refused(unmet)

    key.chmod(0o600)
    key.write_text("{")
    assert f"{key} is damaged" in refused(unmet)


async def test_a_setting_of_the_services_own_and_a_newer_database_are_one_line(
    durable: str, unmet: dict[str, str]
) -> None:
    said = unmet | {"BEACONFIRE_DATABASE_URL": durable}
    unfit = said | {"BEACONFIRE_GEO_HISTORY_DAYS": "x"}
    line = await asyncio.to_thread(refused, unfit)
    assert "BEACONFIRE_GEO_HISTORY_DAYS is a whole number" in line

    owner = await asyncpg.connect(durable)
    await owner.execute(NEWER)
    await owner.close()
    line = await asyncio.to_thread(refused, said)
    assert "written by a newer version" in line
    assert "upgrade the program" in line


def bearer(unmet: dict[str, str]) -> dict[str, str]:
    """Somebody who may release maps, by agency's signature."""
    agencys = usable_key(Path(unmet["BEACONFIRE_KEY_FOLDER"]).parent / "agency")
    token = Minter(agencys).mint(a_subject(Role.ADMINISTRATOR), now=wall_now())
    return {"Authorization": f"Bearer {token}"}


async def test_without_a_broker_it_works_and_finishes_what_is_in_hand_when_asked_to_stop(
    durable: str, unmet: dict[str, str]
) -> None:
    said = unmet | {"BEACONFIRE_DATABASE_URL": durable}
    process = await asyncio.to_thread(start, said)
    origin = f"http://127.0.0.1:{said['BEACONFIRE_PORT']}"
    try:
        await asyncio.to_thread(until_ready, process)
        async with httpx.AsyncClient(base_url=origin, trust_env=False, timeout=PATIENCE_S) as http:
            http.headers.update(bearer(said))
            done = await http.put("/v1/layers/grid", json=grid(WEST))
            half_way, asked_at = asyncio.Event(), time.monotonic()

            async def slowly() -> AsyncGenerator[bytes]:
                whole = httpx.Request("PUT", origin, json=grid(WEST, EAST)).content
                yield whole[:100]
                half_way.set()
                await asyncio.sleep(1)
                yield whole[100:]

            in_hand = asyncio.create_task(
                http.put(
                    "/v1/layers/grid",
                    content=slowly(),
                    headers={"Content-Type": "application/json"},
                )
            )
            await half_way.wait()
            await asyncio.sleep(0.2)
            ready = (await http.get("/readyz")).json()
            process.send_signal(signal.SIGTERM)
            finished = await in_hand
        code = await asyncio.to_thread(process.wait, STOP_S_MAX)
    finally:
        process.kill()
        if process.stdout is not None:
            process.stdout.close()

    assert (ready["status"], ready["relay"]["ok"]) == ("ready", True)
    assert (done.status_code, finished.status_code) == (200, 200), finished.text
    assert code == 0
    assert time.monotonic() - asked_at < DRAIN_S_MAX
    owner = await asyncpg.connect(durable)
    told = await owner.fetchval("select count(*) from log.fact where source = 'geo'")
    await owner.close()
    assert told == 2, "what could not be published waits in the table"
