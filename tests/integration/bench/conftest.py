"""A database as the bench has it, on the test process's own server."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest

from beaconfire.bench.bare_commands import SESSION
from beaconfire.bench.database import SERVICE, prepare
from beaconfire_platform.process.logins import role_of
from beaconfire_testkit.log_harness import as_role


@pytest.fixture
async def bench_dsn(database: str) -> str:
    """How the bench's role reaches a prepared database."""
    await prepare(database, durable=False)
    return as_role(database, role_of(SERVICE))


@pytest.fixture
async def connection(bench_dsn: str) -> AsyncGenerator[asyncpg.Connection]:
    """One connection as the bare sides have them."""
    made = await asyncpg.connect(bench_dsn, server_settings=SESSION)
    yield made
    await made.close()
