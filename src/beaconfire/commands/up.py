"""`beaconfire up`: the whole node with one command."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from beaconfire.node.options import PORT_DEFAULT, NodeOptions, default_folder
from beaconfire.node.sequence import Node
from beaconfire_platform.process.cannot_start import EXIT_CANNOT_START, CannotStart, log_level
from beaconfire_platform.telemetry import configure_logging


def up(
    *,
    demo: Annotated[str | None, typer.Option(help="Play a city: auckland.")] = None,
    people: Annotated[bool, typer.Option(help="Play the demo city's people too.")] = True,
    speed: Annotated[float | None, typer.Option(help="Business time runs this fast.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder for all data.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = PORT_DEFAULT,
    database_url: Annotated[
        str | None, typer.Option(help="A PostgreSQL of yours, 17 or newer.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Key of the certificate (PEM).")] = None,
    behind_proxy: Annotated[bool, typer.Option(help="A proxy in front speaks TLS.")] = False,
) -> None:
    """Run the whole node; prints `ready http://…` when it serves."""
    options = NodeOptions(
        folder=(data or Path(os.environ.get("BEACONFIRE_DATA") or default_folder())).resolve(),
        host=host, port=port,
        database_url=database_url or os.environ.get("BEACONFIRE_DATABASE_URL"),
        demo=demo, people=people, speed=speed,
        tls_cert=tls_cert, tls_key=tls_key, behind_proxy=behind_proxy,
    )  # fmt: skip
    try:
        configure_logging(
            level=log_level(os.environ),
            as_json=os.environ.get("BEACONFIRE_LOG_JSON", "") == "1",
        )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(options))
    except CannotStart as error:
        typer.echo(f"beaconfire cannot start: {error}", err=True)
        raise typer.Exit(EXIT_CANNOT_START) from error


async def _run(options: NodeOptions) -> None:
    await Node(options, say).run()


def say(text: str) -> None:
    """One line for people, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
