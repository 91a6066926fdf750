"""A database of the bench's own: durable like the node's, migrated, gone at the end."""

import os
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg

from beaconfire.node.composition import schemas
from beaconfire_platform.embedded.cluster import Cluster, verify_durable
from beaconfire_platform.process.logins import role_of
from beaconfire_platform.schema import migrate

SERVICE: Final = "incident"
"""As which service the bench's commands are run."""
BLOCK: Final = b"\0" * 8_192
STATE: Final = f"""
    create table {SERVICE}.bench_state (id uuid primary key, version bigint not null);
    create table {SERVICE}.bench_told (
        at bigint generated always as identity primary key, id uuid not null, text text not null
    );
    create table {SERVICE}.bench_picture (
        id uuid primary key, version bigint not null, data json not null
    );
    create table {SERVICE}.bench_journal (
        pos bigint generated always as identity primary key,
        id uuid not null, version bigint not null, data json not null
    );
    create table {SERVICE}.bench_position (txid bigint not null, row bigint not null);
    insert into {SERVICE}.bench_position values (0, 0);
    grant select, insert, update on {SERVICE}.bench_state, {SERVICE}.bench_told,
        {SERVICE}.bench_picture, {SERVICE}.bench_journal, {SERVICE}.bench_position
        to {role_of(SERVICE)};
"""


@asynccontextmanager
async def bench_database() -> AsyncGenerator[str]:
    """The DSN of the bench's role in a database of its own."""
    async with bench_cluster() as cluster:
        yield cluster.dsn(role_of(SERVICE))


@asynccontextmanager
async def bench_cluster() -> AsyncGenerator[Cluster]:
    """A cluster of its own with a prepared database, for who needs its owner's rights."""
    folder = _folder()
    cluster = Cluster.at(folder)
    try:
        await cluster.make()
        postmaster = await cluster.start()
        try:
            await cluster.create_database()
            await prepare(cluster.dsn())
            yield cluster
        finally:
            await cluster.stop(postmaster)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(cluster.socket_folder, ignore_errors=True)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="beaconfire-bench-"))
    folder.chmod(0o755)  # the server's account enters it; what is inside is its own
    return folder


async def prepare(owner_dsn: str, *, durable: bool = True) -> None:
    """All schemas and the bench's own tables; refuses a server that is not durable."""
    await migrate(owner_dsn, schemas())
    connection = await asyncpg.connect(owner_dsn)
    try:
        if durable:
            await verify_durable(connection)
        await connection.execute(STATE)
    finally:
        await connection.close()


def fdatasync_per_s(seconds: float = 1.0) -> float:
    """How often a second the disk of the temporary folder takes a block for sure."""
    with tempfile.TemporaryFile() as file:
        began, count = time.perf_counter(), 0
        while (spent := time.perf_counter() - began) < seconds:
            os.pwrite(file.fileno(), BLOCK, 0)
            os.fdatasync(file.fileno())
            count += 1
    return count / spent
