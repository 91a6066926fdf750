"""`beaconfire demo`: what is done to a demo city by hand."""

import os
import shutil
from pathlib import Path
from typing import Annotated, Final

import typer

from beaconfire.commands.on_node import EXIT_REFUSED, on_database
from beaconfire.commands.simulate import simulate
from beaconfire.node.demo import Demo, check_city
from beaconfire.node.doctor import holder_of
from beaconfire.node.options import default_folder
from beaconfire_platform.database import Database
from beaconfire_platform.embedded.cluster import orphan_pid
from beaconfire_platform.process.cannot_start import CannotStart

OURS: Final = ("demo", "postgres", "keys", "postgres.log", "node.lock")
"""What a node keeps below its data folder; whatever else lies there is left alone."""

demo = typer.Typer(no_args_is_help=True, help="The demo city, by hand.")


@demo.command()
def play(
    *,
    origin: Annotated[str, typer.Option(help="The gateway of the deployment.")],
    database_url: Annotated[
        str, typer.Option(envvar="BEACONFIRE_DATABASE_URL", help="Agency's own database.")
    ],
    data: Annotated[Path, typer.Option(help="Where the city's people keep their tokens.")],
    city: Annotated[str, typer.Option(help="Which city.")] = "auckland",
    speed: Annotated[float, typer.Option(min=0.1, help="Business time runs this fast.")] = 30.0,
    hours: Annotated[
        float | None,
        typer.Option(min=0.0, help="Hours of calls; then until all is done. Endless if left out."),
    ] = None,
) -> None:
    """Lay a demo city out in a deployment whose services run apart, and play its people."""
    try:
        check_city(city)
    except CannotStart as error:
        typer.echo(f"refused: {error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    data.mkdir(parents=True, exist_ok=True)
    demo_city = Demo(city, data.resolve(), origin, typer.echo, is_apart=True)

    async def laying_out(database: Database) -> None:
        await demo_city.prepare(database)

    on_database("agency", laying_out, None, database_url)
    simulate(demo_city.credentials, demo_city.begun_at().isoformat(), hours, speed)


@demo.command()
def reset(
    *,
    data: Annotated[Path | None, typer.Option(help="The demo's folder.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a demo city with all that happened in it; the next `up --demo` begins anew."""
    folder = (data or Path(os.environ.get("BEACONFIRE_DATA") or default_folder())).resolve()
    refusal = _refusal(folder)
    if refusal is not None:
        typer.echo(f"refused: {refusal}", err=True)
        raise typer.Exit(EXIT_REFUSED)
    if not yes:
        typer.confirm(f"remove the demo city in {folder} for good?", abort=True)
    for name in OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    typer.echo(f"{folder} is empty again: beaconfire up --demo auckland begins anew")


def _refusal(folder: Path) -> str | None:
    """Why this folder is not to be emptied; None when it may be."""
    if not (folder / "demo").is_dir():
        return f"{folder} holds no demo city: name its folder with --data"
    if not (folder / "postgres").is_dir():
        return f"the city of {folder} lies on a PostgreSQL of yours: drop it there, then the folder"
    pid = holder_of(folder)
    if pid is not None:
        return f"the node with pid {pid} runs on {folder}: stop it first"
    pid = orphan_pid(folder / "postgres")
    if pid is not None:
        return f"a database still runs on {folder} (pid {pid}): start and stop the node once"
    return None
