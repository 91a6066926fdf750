"""`beaconfire pages DIR`: the files that a gateway serves beside the services."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from beaconfire.commands.on_node import writing_into
from beaconfire.gateway.site import documents, write_site
from beaconfire.node.sequence import static_folder
from beaconfire_platform.process.cannot_start import CannotStart


def pages(
    folder: Annotated[Path, typer.Argument(help="Where; made when it is not there.")],
    *,
    basemap: Annotated[str, typer.Option(help="The map of a demo city too: auckland.")] = "",
) -> None:
    """Write the pages, what they ask for, openapi.json and asyncapi.json into a folder."""
    with writing_into(folder, CannotStart):
        write_site(folder, static_folder(), asyncio.run(documents()), basemap or None)
    typer.echo(f"pages and documents are in {folder}")
