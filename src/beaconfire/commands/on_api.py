"""One thing done by hand through the public API of a running node, as somebody who may."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, TypeVar

import httpx
import typer

import beaconfire_agency.main as agency
from beaconfire.commands.on_node import EXIT_REFUSED, on_database
from beaconfire.node.options import PORT_DEFAULT
from beaconfire.simulation.api import Api
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.database import Database
from beaconfire_platform.process.trust import trust_for

TOKEN_LIFE: Final = timedelta(minutes=10)
"""A token made for one command outlives its longest request, and not the visit at the desk."""
REQUEST_S_MAX: Final = 60.0
ORIGIN_DEFAULT: Final = f"http://127.0.0.1:{PORT_DEFAULT}"

Origin = Annotated[str, typer.Option(envvar="BEACONFIRE_ORIGIN", help="Where the node serves.")]
Sender = Annotated[
    str,
    typer.Option(
        "--as", help="Whose right it is; a token of ten minutes is made for them on the node."
    ),
]
Data = Annotated[Path | None, typer.Option(help="The running node's folder.")]
Url = Annotated[str | None, typer.Option(help="The node's PostgreSQL, if it is yours.")]
T = TypeVar("T")


def on_api(
    work: Callable[[Api], Awaitable[T]],
    *,
    origin: str,
    sign_in: str,
    scopes: Sequence[str],
    data: Path | None,
    database_url: str | None,
    request_s_max: float = REQUEST_S_MAX,
) -> T:
    """Do it with the token in BEACONFIRE_TOKEN, or one made for it; one line when nobody runs."""

    async def issuing(database: Database) -> str:
        try:
            return await agency.issue_bearer(
                database, sign_in, life=TOKEN_LIFE, scopes=tuple(scopes)
            )
        except NotFound as refusal:
            raise type(refusal)(f"{refusal.detail}: say with --as whose right it is") from refusal

    token = os.environ.get("BEACONFIRE_TOKEN") or on_database("agency", issuing, data, database_url)

    async def asking() -> T:
        async with _http(origin, request_s_max) as http:
            return await work(Api(http, token))

    try:
        return asyncio.run(asking())
    except (httpx.TransportError, httpx.InvalidURL) as error:
        said = f"no node answers at {origin} ({type(error).__name__}): name it with --origin"
        typer.echo(said, err=True)
        raise typer.Exit(EXIT_REFUSED) from error


def _http(origin: str, request_s_max: float) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    return httpx.AsyncClient(
        base_url=origin, timeout=request_s_max, trust_env=False, verify=trust_for(origin)
    )
