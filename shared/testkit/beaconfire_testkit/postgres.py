"""A real PostgreSQL for tests: one server a test process, a fresh database a test.

A database of the services is a copy of one that was prepared once: that takes a tenth of the time.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import pytest

from beaconfire_platform.embedded.cluster import Cluster, Postmaster
from beaconfire_platform.ids import new_id
from beaconfire_platform.schema import ServiceSchema, migrate
from beaconfire_testkit.memory import server_folder

FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Tests of logic need no disk; tests of durability start their own server."""

SERVICES: Final = ("agency", "dispatch", "geo", "incident", "situation")
TEMPLATE: Final = "prepared"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server of this test process."""

    cluster: Cluster
    templates: set[str] = field(default_factory=set[str])

    async def create(self, name: str) -> str:
        """A new empty database; how its owner reaches it."""
        await self.cluster.create_database(name)
        return self.cluster.dsn(database=name)

    async def create_prepared(self, name: str) -> str:
        """A new database in which every service's tables are, all of them empty."""
        if TEMPLATE not in self.templates:
            await migrate(
                await self.create(TEMPLATE),
                [ServiceSchema(one, f"beaconfire_{one}", f"beaconfire_{one}") for one in SERVICES],
            )
            self.templates.add(TEMPLATE)
        await self._execute(f'create database "{name}" template "{TEMPLATE}" strategy file_copy')
        return self.cluster.dsn(database=name)

    async def drop(self, name: str) -> None:
        """Remove a database whoever is still connected."""
        await self._execute(f'drop database if exists "{name}" with (force)')

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.cluster.dsn(database="postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def postgres_server() -> Generator[PostgresServer]:
    """One server for all tests of this process, stopped and removed at the end."""
    folder = server_folder("beaconfire-test-")
    folder.chmod(0o755)  # the server's account enters it; what is inside is its own
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
    """A fresh database with the services' empty tables; the value is its owner's DSN."""
    name = _a_name()
    yield await postgres_server.create_prepared(name)
    await postgres_server.drop(name)


@pytest.fixture
async def empty_database(postgres_server: PostgresServer) -> AsyncGenerator[str]:
    """A fresh database with nothing in it; the value is its owner's DSN."""
    name = _a_name()
    yield await postgres_server.create(name)
    await postgres_server.drop(name)


def _a_name() -> str:
    return f"t{os.getpid()}_{new_id().replace('-', '')[-12:]}"
