"""The node's life: start, stop, kill, recover; each by a real process."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from beaconfire.node.sequence import static_folder
from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_testkit.node import PATIENCE_S, NodeFolder, NodeProcess, free_port, open_to_all

FULL = os.environ.get("BEACONFIRE_PROOF") == "full"
STOP_S_MAX = 3 if FULL else 30
AGAIN_S_MAX = 5 if FULL else 30
"""A node alone on its machine stops in three seconds and starts again in five; amid all other tests
it gets longer."""


@pytest.fixture
def folder(tmp_path: Path) -> Generator[NodeFolder]:
    """Where no node was ever started."""
    data = NodeFolder(open_to_all(tmp_path) / "data")
    yield data
    data.close()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """What a node leaves behind that was started once and stopped."""
    data = NodeFolder(open_to_all(tmp_path_factory.mktemp("stopped")) / "data")
    node = data.start()
    node.until_ready()
    node.stop()
    yield data.folder
    data.close()


@pytest.fixture
def lived_in(folder: NodeFolder, stopped: Path) -> NodeFolder:
    """Where a node was started once and stopped: most of a first start is no matter of a kill."""
    subprocess.run(["cp", "-a", stopped, folder.folder], check=True)
    return folder


def until(true: Callable[[], bool]) -> None:
    """Wait until something holds; fail after a minute."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.1)


def is_ready(node: NodeProcess) -> bool:
    return node.get("/readyz").status_code == 200


@pytest.mark.proof
def test_it_says_what_it_does_and_then_ready_and_stops_clean(folder: NodeFolder) -> None:
    node = folder.start()
    node.until_ready()

    assert node.lines[-1] == f"ready {node.origin}"
    assert any("database" in line for line in node.lines)
    assert node.get("/livez").json() == {"status": "alive"}
    assert is_ready(node)
    code, seconds = node.stop()
    assert code == 0
    assert seconds < STOP_S_MAX

    again = folder.start()
    assert again.until_ready() < AGAIN_S_MAX
    assert not any("once" in line for line in again.lines)


def test_sigterm_stops_it_as_well(lived_in: NodeFolder) -> None:
    node = lived_in.start()
    node.until_ready()

    assert node.stop(signal.SIGTERM)[0] == 0


def test_after_kill_of_the_node_the_next_start_recovers(lived_in: NodeFolder) -> None:
    first = lived_in.start()
    first.until_ready()
    orphan = first.postmaster().pid
    first.process.kill()
    first.process.wait()
    assert psutil.pid_exists(orphan)

    second = lived_in.start()
    second.until_ready()

    assert any(str(orphan) in line for line in second.lines)
    assert is_ready(second)


def test_after_kill_of_postgres_the_living_node_recovers(lived_in: NodeFolder) -> None:
    node = lived_in.start()
    node.until_ready()
    killed = node.postmaster()

    killed.kill()

    until(lambda: not killed.is_running() or killed.status() == psutil.STATUS_ZOMBIE)
    until(lambda: is_ready(node))
    assert node.postmaster().pid != killed.pid


def test_after_kill_of_both_the_next_start_recovers(lived_in: NodeFolder) -> None:
    first = lived_in.start()
    first.until_ready()
    postmaster = first.postmaster()

    os.kill(postmaster.pid, signal.SIGKILL)
    first.process.kill()
    first.process.wait()

    second = lived_in.start()
    second.until_ready()
    assert is_ready(second)


def test_a_dead_database_that_nobody_collects_keeps_nobody_from_starting(
    lived_in: NodeFolder,
) -> None:
    dead = os.posix_spawnp("sleep", ["sleep", "60"], os.environ)
    os.kill(dead, signal.SIGKILL)
    os.waitid(os.P_PID, dead, os.WEXITED | os.WNOWAIT)
    (lived_in.folder / "postgres" / "postmaster.pid").write_text(f"{dead}\n")

    second = lived_in.start()
    try:
        second.until_ready()
    finally:
        os.waitpid(dead, 0)
    assert is_ready(second)


def test_a_database_of_a_newer_version_is_told_in_one_line(lived_in: NodeFolder) -> None:
    node = lived_in.start()
    node.until_ready()
    asyncio.run(_written_by_a_newer_version(Cluster.at(lived_in.folder).dsn()))
    node.stop()

    line = lived_in.fails()

    assert "written by a newer version" in line
    assert "upgrade the program" in line


async def _written_by_a_newer_version(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "insert into public.beaconfire_migration (schema, number, name) values ('geo', 9999, 'x')"
    )
    await connection.close()


def test_a_taken_port_is_told_in_one_line(lived_in: NodeFolder) -> None:
    node = lived_in.start()
    node.until_ready()
    other = NodeFolder(lived_in.folder.parent / "other")

    line = other.fails(port=node.port)

    assert f"port {node.port}" in line
    assert "--port" in line


def test_a_folder_in_use_names_the_node_that_uses_it(lived_in: NodeFolder) -> None:
    node = lived_in.start()
    node.until_ready()

    line = lived_in.fails(port=free_port())

    assert f"pid {node.process.pid}" in line


def test_an_interrupted_first_start_begins_anew(folder: NodeFolder) -> None:
    broken = folder.folder / "postgres"
    broken.mkdir(parents=True)
    (broken / "PG_VERSION").write_text("18\n")

    folder.start().until_ready()


def test_a_setting_that_cannot_be_is_told_in_one_line(folder: NodeFolder) -> None:
    line = folder.fails(environment={"BEACONFIRE_AGENCY_IDLE_MINUTES": "abc"})

    assert "BEACONFIRE_AGENCY_IDLE_MINUTES" in line
    assert "between 1 and 720, not 'abc'" in line


def test_a_damaged_signing_key_is_told_in_one_line(folder: NodeFolder) -> None:
    key = folder.folder / "keys" / "token.jwk"
    key.parent.mkdir(parents=True)
    key.write_text('{"kty":"OKP"')
    key.chmod(0o600)

    line = folder.fails()

    assert str(key) in line
    assert "damaged" in line


def test_with_the_signing_key_elsewhere_people_get_in(folder: NodeFolder) -> None:
    keys = folder.folder.parent / "keys-of-mine"
    node = folder.start(environment={"BEACONFIRE_AGENCY_KEY_FOLDER": str(keys)})
    node.until_ready()

    bearer = {"Authorization": f"Bearer {folder.token('admin')}"}
    session = httpx.get(
        f"{node.origin}/v1/session", headers=bearer, timeout=PATIENCE_S, trust_env=False
    )

    assert session.status_code == 200, session.text
    assert (keys / "token.jwk").exists()
    assert not (folder.folder / "keys").exists()


def test_the_pages_lie_inside_the_package() -> None:
    assert static_folder().parent.name == "beaconfire"
