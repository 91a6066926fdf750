"""`beaconfire demo`: what is done to a demo city by hand."""

import os
import shutil
from pathlib import Path
from typing import Annotated, Final

import typer

from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire.node.doctor import holder_of
from beaconfire.node.options import default_folder
from beaconfire_platform.embedded.cluster import orphan_pid

OURS: Final = ("demo", "postgres", "keys", "postgres.log", "node.lock")
"""What a node keeps below its data folder; whatever else lies there is left alone."""

demo = typer.Typer(no_args_is_help=True, help="The demo city, by hand.")


@demo.callback()
def describe() -> None:
    """A group of its own, so that further commands have a place."""


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
