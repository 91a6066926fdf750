"""`beaconfire import roads`: a road file becomes the road graph in force of a running node."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer

from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire.roads.built import BuiltRoads, build_roads
from beaconfire.roads.refusals import RoadsRefused
from beaconfire.roads.road_speeds import load_speeds
from beaconfire.simulation.api import Api, Refused

RELEASE_S_MAX: Final = 300.0
"""A node prepares a province's graph in a minute or two."""
ORIGIN: Final = "http://127.0.0.1:8040"


def roads(
    file: Annotated[
        Path,
        typer.Argument(help="FILE.osm.pbf, FILE.osm, a zip of it, or nodes.csv with arcs.csv."),
    ],
    *,
    name: Annotated[
        str, typer.Option(help="The road graph that it becomes a version of.")
    ] = "main",
    origin: Annotated[str, typer.Option(help="Where the node answers.")] = ORIGIN,
    token: Annotated[
        str | None,
        typer.Option(envvar="BEACONFIRE_TOKEN", help="An administrator's bearer token."),
    ] = None,
    speeds: Annotated[Path | None, typer.Option(help="A road_classes.toml of one's own.")] = None,
    preview: Annotated[bool, typer.Option(help="Read and tell; release nothing.")] = False,
) -> None:
    """Release the roads in a file: speeds by class and limit, one-ways, forbidden turns."""
    if token is None and not preview:
        typer.echo("refused: set BEACONFIRE_TOKEN (beaconfire users token NAME), or --preview "
                   "(no_token)", err=True)  # fmt: skip
        raise typer.Exit(EXIT_REFUSED)
    try:
        built = build_roads(file, load_speeds(speeds), _say)
    except RoadsRefused as refused:
        raise _end(f"{refused} ({refused.code})") from refused
    for line in built.summary():
        typer.echo(line)
    if preview or token is None:
        typer.echo("nothing was released")
        return
    try:
        told = asyncio.run(_release(built, origin, token, name))
    except Refused as refused:
        raise _end(str(refused)) from refused
    except httpx.HTTPError as error:
        raise _end(f"no node answers at {origin} ({type(error).__name__})") from error
    typer.echo(f"in force: {told['name']} version {told['version']}, {told['sha256'][:12]}")


async def _release(built: BuiltRoads, origin: str, token: str, name: str) -> dict[str, Any]:
    _say(f"releasing {len(built.blob):,} bytes")
    async with httpx.AsyncClient(base_url=origin, timeout=RELEASE_S_MAX, trust_env=False) as http:
        return await Api(http, token).put_bytes(f"/v1/roads/{name}", built.blob)


def _say(line: str) -> None:
    """Progress is not what the command answers: it goes beside."""
    typer.echo(line, err=True)


def _end(said: str) -> typer.Exit:
    typer.echo(f"refused: {said}", err=True)
    return typer.Exit(EXIT_REFUSED)
