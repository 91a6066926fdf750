"""`beaconfire import roads`: a road file becomes the road graph in force of a running node."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from beaconfire.commands.import_told import refusals_told
from beaconfire.commands.on_api import ORIGIN_DEFAULT, Data, Origin, Sender, Url, on_api
from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire.roads.built import build_roads
from beaconfire.roads.refusals import RoadsRefused
from beaconfire.roads.road_speeds import load_speeds
from beaconfire.simulation.api import Api

SCOPES: Final = ("layer.release",)
RELEASE_S_MAX: Final = 300.0
"""A node prepares a province's graph in a minute or two."""


def roads(
    file: Annotated[
        Path,
        typer.Argument(help="FILE.osm.pbf, FILE.osm, a zip of it, or nodes.csv with arcs.csv."),
    ],
    *,
    name: Annotated[
        str, typer.Option(help="The road graph that it becomes a version of.")
    ] = "main",
    speeds: Annotated[Path | None, typer.Option(help="A road_classes.toml of one's own.")] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Read and tell; release nothing.")
    ] = False,
    origin: Origin = ORIGIN_DEFAULT,
    sign_in: Sender = "admin",
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Release the roads in a file: speeds by class and limit, one-ways, forbidden turns."""
    try:
        built = build_roads(file, load_speeds(speeds), _say)
    except RoadsRefused as refused:
        typer.echo(f"refused: {refused} ({refused.code})", err=True)
        raise typer.Exit(EXIT_REFUSED) from refused
    for line in built.summary():
        typer.echo(line)
    if preview:
        typer.echo("nothing was released")
        return

    async def work(api: Api) -> dict[str, Any]:
        _say(f"releasing {len(built.blob):,} bytes")
        return await api.put_bytes(f"/v1/roads/{name}", built.blob)

    with refusals_told():
        told = on_api(
            work, origin=origin, sign_in=sign_in, scopes=SCOPES, data=data,
            database_url=database_url, request_s_max=RELEASE_S_MAX,
        )  # fmt: skip
    typer.echo(f"in force: {told['name']} version {told['version']}, {told['sha256'][:12]}")


def _say(line: str) -> None:
    """Progress is not what the command answers: it goes beside."""
    typer.echo(line, err=True)
