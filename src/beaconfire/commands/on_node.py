"""One thing done by hand, as a service, on the database of a node that runs."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import asyncpg
import typer

from beaconfire.node.options import default_folder
from beaconfire_contracts.refusals import Refusal
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_platform.process.logins import Login, role_of

EXIT_REFUSED: Final = 2
T = TypeVar("T")


def on_database(
    service: str,
    work: Callable[[Database], Awaitable[T]],
    data: Path | None,
    database_url: str | None,
) -> T:
    """Do it with that service's own rights; one clear line when it is refused or nobody runs."""
    try:
        return asyncio.run(_do(service, work, _login(service, data, database_url)))
    except Refusal as refusal:
        typer.echo(f"refused: {refusal.detail} ({refusal.code})", err=True)
        raise typer.Exit(EXIT_REFUSED) from refusal
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        typer.echo(_unreached(error, data, database_url), err=True)
        raise typer.Exit(EXIT_REFUSED) from error


async def _do(service: str, work: Callable[[Database], Awaitable[T]], login: Login) -> T:
    database = await Database.connect(
        service, login.dsn, bell=Doorbell(), connections=2, role=login.role
    )
    try:
        return await work(database)
    finally:
        await database.close()


def _unreached(error: Exception, data: Path | None, database_url: str | None) -> str:
    url, folder = _where(data, database_url)
    if url is None and isinstance(error, FileNotFoundError | ConnectionRefusedError):
        return f"no running node is reached in {folder}: start it, or name its --data"
    said = str(error) or type(error).__name__
    return f"no running node is reached ({said}): start it, or name its --data"


def _where(data: Path | None, database_url: str | None) -> tuple[str | None, Path]:
    folder = data or Path(os.environ.get("BEACONFIRE_DATA") or default_folder())
    return database_url or os.environ.get("BEACONFIRE_DATABASE_URL"), folder.resolve()


def _login(service: str, data: Path | None, database_url: str | None) -> Login:
    url, folder = _where(data, database_url)
    if url is not None:
        return Login(url, role_of(service))
    return Login(Cluster.at(folder).dsn(role_of(service)))
