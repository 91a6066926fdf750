"""`beaconfire serve SERVICE`: one service apart, as `python -m beaconfire_<service>` runs it."""

import runpy
from typing import Annotated, Final

import typer

SERVICES: Final = ("agency", "dispatch", "geo", "incident", "situation")
EXIT_UNKNOWN: Final = 2


def serve(
    service: Annotated[str, typer.Argument(help="agency, dispatch, geo, incident or situation.")],
) -> None:
    """Run one service on its own database and Kafka, as its environment says (docs/runbook.md)."""
    if service not in SERVICES:
        typer.echo(f"refused: there is no service {service[:40]}: {', '.join(SERVICES)}", err=True)
        raise typer.Exit(EXIT_UNKNOWN)
    runpy.run_module(f"beaconfire_{service}", run_name="__main__")
