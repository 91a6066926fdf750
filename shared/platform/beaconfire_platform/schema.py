"""Numbered SQL migrations: the log's, what every service keeps, and each service's own (R46, R48).

Run by one process under an advisory lock as the owner; services connect as other roles that own
nothing. A database migrated by a newer build is refused.
"""

import re
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import asyncpg

LOG_STEPS: Final = 6
"""How many files `NNNN_log.sql` there are."""
SHARED_STEPS: Final = 7
"""How many files `NNNN_service.sql` every service runs before its own: numbered 0, -1, …"""
_LOCK: Final = 0x4265_6163_6F6E  # "Beacon": any constant serves, as long as nobody else takes it
_NAME: Final = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_ROLE: Final = re.compile(r"[a-z_]{1,63}")


class NewerSchema(Exception):  # noqa: N818  (told to people as it is)
    """The database was migrated by a newer version of the program."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered SQL file of one schema."""

    schema: str
    number: int
    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class ServiceSchema:
    """What a service brings: its name, its login role, the package that holds its migrations."""

    service: str
    role: str
    package: str


def migrations_in(folder: Traversable, schema: str, *, first: int = 1) -> list[Migration]:
    """The numbered files of a folder in order; ValueError for a gap or a double number.

    A service without tables of its own has no such folder, since git keeps no empty ones.
    """
    found = sorted(
        (int(match[1]), match[2], entry.read_text("utf-8"))
        for entry in (folder.iterdir() if folder.is_dir() else ())
        if (match := _NAME.fullmatch(entry.name))
    )
    numbers = [number for number, _, _ in found]
    if numbers != list(range(first, first + len(found))):
        raise ValueError(f"{schema}: migrations are numbered {numbers}")
    return [Migration(schema, number, name, sql) for number, name, sql in found]


def _platform(name: str) -> str:
    return files("beaconfire_platform").joinpath("migrations", name).read_text("utf-8")


def _steps(service: ServiceSchema) -> list[Migration]:
    own = migrations_in(files(service.package).joinpath("adapters", "migrations"), service.service)
    shared = [
        Migration(service.service, -number, "service", _platform(f"{number + 1:04d}_service.sql"))
        for number in range(SHARED_STEPS)
    ]
    return [*shared, *own]


async def migrate(owner_dsn: str, services: list[ServiceSchema]) -> int:
    """Bring the database to this build's schema; returns how many files were run.

    NewerSchema when the database knows a migration that this build does not.
    """
    connection = await asyncpg.connect(owner_dsn, timeout=10)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await connection.execute(
            "create table if not exists public.beaconfire_migration (schema text not null, "
            "number integer not null, name text not null, applied_at timestamptz not null "
            "default now(), primary key (schema, number))"
        )
        ran = await _run(
            connection,
            [
                Migration("log", number, "log", _platform(f"{number:04}_log.sql"))
                for number in range(1, LOG_STEPS + 1)
            ],
        )
        for service in services:
            await _prepare(connection, service)
            ran += await _run(connection, _steps(service))
            await _grant(connection, service)
        return ran
    finally:
        await connection.close()


async def _prepare(connection: asyncpg.Connection, one: ServiceSchema) -> None:
    if not _ROLE.fullmatch(one.role) or not _ROLE.fullmatch(one.service):
        raise ValueError("role and service names are lowercase letters and _")
    exists = await connection.fetchval("select 1 from pg_roles where rolname = $1", one.role)
    if not exists:
        await connection.execute(f"create role {one.role} login noinherit")
    # whoever migrates may not be a superuser: then `set role` needs to be given by itself
    await connection.execute(f"grant {one.role} to current_user with inherit false, set true")
    await connection.execute(f"create schema if not exists {one.service}")


async def _run(connection: asyncpg.Connection, steps: list[Migration]) -> int:
    schema = steps[0].schema
    done = {
        record["number"]
        for record in await connection.fetch(
            "select number from public.beaconfire_migration where schema = $1", schema
        )
    }
    unknown = done - {step.number for step in steps}
    if unknown:
        raise NewerSchema(f"schema {schema} is at {max(unknown)}, this build knows {len(steps)}")
    todo = [step for step in steps if step.number not in done]
    for step in todo:
        async with connection.transaction():
            await connection.execute(f"set local search_path = {schema}, public")
            await connection.execute(step.sql)
            await connection.execute(
                "insert into public.beaconfire_migration (schema, number, name) "
                "values ($1, $2, $3)",
                schema,
                step.number,
                step.name,
            )
    return len(todo)


async def _grant(connection: asyncpg.Connection, one: ServiceSchema) -> None:
    """Deny by default: a service reads and writes its own schema, reads the log, tells through it.

    Rows of the audit are never changed: the role may only insert and read them.
    """
    await connection.execute(f"""
        grant usage on schema log, {one.service} to {one.role};
        grant select, insert, update, delete on all tables in schema {one.service} to {one.role};
        grant usage, select on all sequences in schema {one.service} to {one.role};
        grant execute on all functions in schema {one.service} to {one.role};
        revoke update, delete, truncate on {one.service}.audit from {one.role};
        grant select on log.fact, log.stream, log.epoch, log.clock to {one.role};
        grant execute on all functions in schema log to {one.role};
        insert into log.writer (role, source) values ('{one.role}', '{one.service}')
        on conflict (role) do update set source = excluded.source;
    """)
