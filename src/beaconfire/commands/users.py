"""`beaconfire users`: people of a running node by hand: add, new password, bearer token."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, TypeVar

import asyncpg
import typer

import beaconfire_agency.main as agency
from beaconfire.node.composition import Login, role_of
from beaconfire.node.options import default_folder
from beaconfire_contracts.refusals import Refusal
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.embedded.cluster import Cluster

EXIT_REFUSED: Final = 2
TOKEN_DAYS: Final = 30
T = TypeVar("T")

users = typer.Typer(no_args_is_help=True, help="People of a running node, by hand.")
Data = Annotated[Path | None, typer.Option(help="The running node's folder.")]
Url = Annotated[str | None, typer.Option(help="The node's PostgreSQL, if it is yours.")]


@users.command()
def add(
    name: Annotated[str, typer.Argument(help="The sign-in name: a-z, 0-9 and . _ @ : -")],
    *,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    body: Annotated[
        str | None, typer.Option(help="Id of their body; the root's if left out.")
    ] = None,
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Add somebody, and print their password once."""

    async def adding(database: Database) -> agency.Added:
        return await agency.add_person(database, name, role, body_id=body)

    added = _run(adding, data, database_url)
    typer.echo(f"{added.sign_in}  password: {added.password}")


@users.command()
def password(
    name: Annotated[str, typer.Argument(help="The sign-in name of whose password it is.")],
    *,
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Make somebody's password anew, and print it once; their sessions end."""

    async def renewing(database: Database) -> agency.Added:
        return await agency.renew_password(database, name)

    renewed = _run(renewing, data, database_url)
    typer.echo(f"{renewed.sign_in}  password: {renewed.password}")


@users.command()
def token(
    name: Annotated[str, typer.Argument(help="The sign-in name of whom it speaks for.")],
    *,
    days: Annotated[int, typer.Option(min=1, max=400, help="How long it lives.")] = TOKEN_DAYS,
    scope: Annotated[
        list[str] | None, typer.Option(help="Limit it to this action; may be repeated.")
    ] = None,
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Print one new bearer token and nothing else."""

    async def issuing(database: Database) -> str:
        return await agency.issue_bearer(
            database, name, life=timedelta(days=days), scopes=tuple(scope or ())
        )

    typer.echo(_run(issuing, data, database_url))


def _run(
    work: Callable[[Database], Awaitable[T]], data: Path | None, database_url: str | None
) -> T:
    """Do one thing as agency, on the database of a node that runs; one clear line when not."""
    try:
        return asyncio.run(_on_database(work, _login(data, database_url)))
    except Refusal as refusal:
        typer.echo(f"refused: {refusal.detail} ({refusal.code})", err=True)
        raise typer.Exit(EXIT_REFUSED) from refusal
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        typer.echo(f"no running node is reached ({error}): start it, or name its --data", err=True)
        raise typer.Exit(EXIT_REFUSED) from error


async def _on_database(work: Callable[[Database], Awaitable[T]], login: Login) -> T:
    database = await Database.connect(
        "agency", login.dsn, bell=Doorbell(), connections=2, role=login.role
    )
    try:
        return await work(database)
    finally:
        await database.close()


def _login(data: Path | None, database_url: str | None) -> Login:
    url = database_url or os.environ.get("BEACONFIRE_DATABASE_URL")
    if url is not None:
        return Login(url, role_of("agency"))
    folder = data or Path(os.environ.get("BEACONFIRE_DATA") or default_folder())
    return Login(Cluster.at(folder.resolve()).dsn(role_of("agency")))
