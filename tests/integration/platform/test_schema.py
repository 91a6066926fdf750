"""Migrations: once, in order, under a lock, and never over a newer database."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from beaconfire_platform.schema import NewerSchema, migrate, migrations_in
from beaconfire_testkit.log_harness import SERVICES


async def test_a_second_run_has_nothing_to_do(empty_database: str) -> None:
    assert await migrate(empty_database, SERVICES) > 0
    assert await migrate(empty_database, SERVICES) == 0


async def test_two_processes_at_once_run_each_file_once(empty_database: str) -> None:
    ran = await asyncio.gather(migrate(empty_database, SERVICES), migrate(empty_database, SERVICES))

    assert min(ran) == 0


async def test_a_database_of_a_newer_build_is_refused(empty_database: str) -> None:
    await migrate(empty_database, SERVICES)
    owner = await asyncpg.connect(empty_database)
    await owner.execute(
        "insert into public.beaconfire_migration (schema, number, name) values ('geo', 99, 'x')"
    )
    await owner.close()

    with pytest.raises(NewerSchema, match="geo"):
        await migrate(empty_database, SERVICES)


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("select 1")
    (tmp_path / "0003_three.sql").write_text("select 3")

    with pytest.raises(ValueError, match="numbered"):
        migrations_in(tmp_path, "geo")
