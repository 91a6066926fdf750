"""One thing done by hand, as a service, on its database: the node's, or its own."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import asyncpg
import typer

from beaconfire.commands.serve import SERVICES
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
        return asyncio.run(_do(service, work, login_of(service, data, database_url)))
    except Refusal as refusal:
        typer.echo(f"refused: {refusal.detail} ({refusal.code})", err=True)
        raise typer.Exit(EXIT_REFUSED) from refusal
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        typer.echo(unreached(error, service, data, database_url), err=True)
        raise typer.Exit(EXIT_REFUSED) from error


def owner_of(service: str, data: Path | None, database_url: str | None) -> str:
    """How to reach the same database as its owner, who sees what all others do there."""
    login = login_of(service, data, database_url)
    return login.dsn if login.role is not None else Cluster.at(_where(data, None)[1]).dsn()


async def _do(service: str, work: Callable[[Database], Awaitable[T]], login: Login) -> T:
    database = await Database.connect(
        service, login.dsn, bell=Doorbell(), connections=2, role=login.role
    )
    try:
        return await work(database)
    finally:
        await database.close()


def unreached(error: Exception, service: str, data: Path | None, database_url: str | None) -> str:
    """Why a database is not reached, and what to do, in one line; an address is never repeated."""
    said = str(error) or type(error).__name__
    setting = _named_by(service, data, database_url)
    if setting is not None:
        return f"the database of {service} is not reached ({said}): see {setting}"
    folder = _where(data, None)[1]
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{folder} is no folder: name the running node's --data"
    if isinstance(error, FileNotFoundError | ConnectionRefusedError):
        return f"no running node is reached in {folder}: start it, or name its --data"
    return f"no running node is reached in {folder} ({said}): start it, or name its --data"


@contextmanager
def writing_into(folder: Path, *refusals: type[Exception]) -> Generator[None]:
    """End the command in one line when it is refused, or when the folder cannot be written."""
    try:
        yield
    except refusals as error:
        typer.echo(f"refused: {error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    except OSError as error:
        said = f"{folder} cannot be written ({error.strerror}): name another folder"
        typer.echo(f"refused: {said}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error


def url_variable(service: str) -> str:
    """The variable that names the own database of a service that runs apart."""
    return f"BEACONFIRE_{service.upper()}_DATABASE_URL"


def services_here(service: str | None) -> list[str]:
    """Which services are asked: the one that is named, those whose own databases are, or all."""
    if service is not None:
        if service not in SERVICES:
            typer.echo(
                f"refused: there is no service {service[:40]}: {', '.join(SERVICES)}", err=True
            )
            raise typer.Exit(EXIT_REFUSED)
        return [service]
    return [one for one in SERVICES if os.environ.get(url_variable(one))] or list(SERVICES)


def left_out(service: str | None) -> dict[str, str]:
    """Which services are not among those, though nobody asked for one alone, and why."""
    asked = SERVICES if service is not None else services_here(None)
    return {one: f"{url_variable(one)} is not set" for one in SERVICES if one not in asked}


def _where(data: Path | None, database_url: str | None) -> tuple[str | None, Path]:
    folder = data or Path(os.environ.get("BEACONFIRE_DATA") or default_folder())
    return database_url or os.environ.get("BEACONFIRE_DATABASE_URL"), folder.resolve()


def login_of(service: str, data: Path | None, database_url: str | None) -> Login:
    """How to reach the database as that service: as told, else as the environment says."""
    url, folder = _where(data, database_url)
    if data is None and database_url is None:
        url = os.environ.get(url_variable(service)) or url
    if url is not None:
        return Login(url, role_of(service))
    return Login(Cluster.at(folder).dsn(role_of(service)))


def _named_by(service: str, data: Path | None, database_url: str | None) -> str | None:
    """Which setting says where the database is; nothing for the node's own in its folder."""
    if database_url is not None:
        return "--database-url"
    if data is None and os.environ.get(url_variable(service)):
        return url_variable(service)
    return "BEACONFIRE_DATABASE_URL" if os.environ.get("BEACONFIRE_DATABASE_URL") else None
