"""A real PostgreSQL for tests: one server a test process, a fresh database a test."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from beaconfire_platform.embedded.cluster import Cluster, Postmaster
from beaconfire_platform.ids import new_id

MEMORY: Final = Path("/dev/shm")  # noqa: S108  (a test server's data, private folder)
MEMORY_BYTES_MIN: Final = 512 * 1024 * 1024
FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Tests of logic need no disk; tests of durability start their own server."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server of this test process."""

    cluster: Cluster

    async def create(self, name: str) -> str:
        """A new empty database; how its owner reaches it."""
        await self.cluster.create_database(name)
        return self.cluster.dsn(database=name)

    async def drop(self, name: str) -> None:
        """Remove a database whoever is still connected."""
        connection = await asyncpg.connect(self.cluster.dsn(database="postgres"))
        try:
            await connection.execute(f'drop database if exists "{name}" with (force)')
        finally:
            await connection.close()


def _folder() -> Path:
    try:
        free = shutil.disk_usage(MEMORY).free
    except OSError:
        free = 0
    parent = MEMORY if free > MEMORY_BYTES_MIN else None
    folder = Path(tempfile.mkdtemp(prefix="beaconfire-test-", dir=parent))
    folder.chmod(0o755)  # the server's account enters it; what is inside is its own
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Generator[PostgresServer]:
    """One server for all tests of this process, stopped and removed at the end."""
    folder = _folder()
    cluster = Cluster.at(folder, settings=FAST)
    with asyncio.Runner() as runner:

        async def begin() -> Postmaster:
            await cluster.make()
            return await cluster.start()

        process = runner.run(begin())
        try:
            yield PostgresServer(cluster)
        finally:
            runner.run(cluster.stop(process))
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(cluster.socket_folder, ignore_errors=True)


@pytest.fixture
async def database(postgres_server: PostgresServer) -> AsyncGenerator[str]:
    """A fresh, empty database; the value is its owner's DSN."""
    name = f"t{os.getpid()}_{new_id().replace('-', '')[-12:]}"
    dsn = await postgres_server.create(name)
    yield dsn
    await postgres_server.drop(name)
