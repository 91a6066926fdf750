"""`beaconfire users`: people of a running node by hand: add, new password, bearer token."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

import beaconfire_agency.main as agency
from beaconfire.commands.on_node import on_database
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.database import Database

TOKEN_DAYS: Final = 30

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

    added = on_database("agency", adding, data, database_url)
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

    renewed = on_database("agency", renewing, data, database_url)
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

    typer.echo(on_database("agency", issuing, data, database_url))
