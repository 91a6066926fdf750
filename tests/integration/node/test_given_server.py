"""A PostgreSQL of yours: a login that owns nothing but its database is enough, and is checked."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import asyncpg
import httpx
import pytest

from beaconfire_platform.embedded.cluster import OWNER, Cluster
from beaconfire_platform.process import given_server
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_platform.process.given_server import POSTGRES_VERSION_MIN, check_server
from beaconfire_testkit.node import PATIENCE_S, NodeFolder

YOURS = "beaconfire_yours"
"""As an administrator makes it for us: no superuser, may create roles."""


@pytest.fixture
def home() -> Generator[Path]:
    found = Path(tempfile.mkdtemp(prefix="beaconfire-given-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def folder(home: Path) -> Generator[NodeFolder]:
    found = NodeFolder(home / "data")
    yield found
    found.close()


@pytest.fixture
async def server(home: Path) -> AsyncGenerator[Cluster]:
    cluster = Cluster.at(home / "server")
    await cluster.make()
    postmaster = await cluster.start()
    connection = await asyncpg.connect(cluster.dsn(OWNER, "postgres"))
    await connection.execute(f"create role {YOURS} login createrole")
    await connection.execute(f"create database city owner {YOURS}")
    await connection.close()
    yield cluster
    await cluster.stop(postmaster)


async def _facts_by_source(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("select source, count(*) from log.fact group by source")
    finally:
        await connection.close()
    return {row["source"]: row["count"] for row in rows}


async def test_the_node_lives_on_it_and_each_service_speaks_as_itself(
    server: Cluster, folder: NodeFolder
) -> None:
    url = server.dsn(YOURS, "city")
    node = await asyncio.to_thread(folder.start, "--database-url", url)
    await asyncio.to_thread(node.until_ready)
    node.listen()

    said = next(one for one in node.lines if one.startswith("first administrator"))
    async with httpx.AsyncClient(
        base_url=node.origin, trust_env=False, timeout=PATIENCE_S
    ) as browser:
        signed = await browser.post(
            "/v1/session", json={"sign_in": "admin", "password": said.split("password: ")[1]}
        )
    facts = await _facts_by_source(url)
    connection = await asyncpg.connect(url)
    await connection.execute("set role beaconfire_geo")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("delete from agency.person")
    await connection.close()
    await asyncio.to_thread(node.stop)

    assert signed.status_code == 201
    assert facts["agency"] >= 2
    assert not (folder.folder / "postgres").exists()
    again = await asyncio.to_thread(folder.start, "--database-url", url)
    await asyncio.to_thread(again.until_ready)


async def test_a_server_that_may_lose_what_it_acknowledged_is_told_in_one_line(
    server: Cluster, folder: NodeFolder
) -> None:
    connection = await asyncpg.connect(server.dsn(OWNER, "city"))
    await connection.execute(f"alter role {YOURS} set synchronous_commit = off")
    await connection.close()

    line = await asyncio.to_thread(folder.fails, "--database-url", server.dsn(YOURS, "city"))

    assert "synchronous_commit is off" in line


async def test_a_login_that_may_not_prepare_the_database_is_told_what_it_needs(
    server: Cluster, folder: NodeFolder
) -> None:
    connection = await asyncpg.connect(server.dsn(OWNER, "city"))
    await connection.execute("create role beaconfire_guest login")
    await connection.close()
    url = server.dsn("beaconfire_guest", "city")

    assert "CREATEROLE" in await asyncio.to_thread(folder.fails, "--database-url", url)


async def test_a_server_that_is_too_old_is_told_which_it_needs(
    server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_server, "POSTGRES_VERSION_MIN", 990_000)

    with pytest.raises(CannotStart, match=r"is PostgreSQL \d\d: 17 or newer is needed"):
        await check_server(server.dsn(OWNER, "city"))


def test_a_server_that_is_not_there_is_told_in_one_line(folder: NodeFolder) -> None:
    line = folder.fails("--database-url", "postgresql://127.0.0.1:9/none")

    assert "--database-url cannot be reached" in line
    assert POSTGRES_VERSION_MIN == 170_000
