"""`beaconfire doctor`: looks at all that a node needs, changes nothing, says how to mend it."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from beaconfire.node.doctor import State, findings
from beaconfire.node.options import PORT_DEFAULT, NodeOptions, default_folder

EXIT_ILL: Final = 1


def doctor(
    *,
    data: Annotated[Path | None, typer.Option(help="The node's folder.")] = None,
    host: Annotated[str, typer.Option(help="Address that it listens on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port that it listens on.")] = PORT_DEFAULT,
    demo: Annotated[str | None, typer.Option(help="The city that it plays.")] = None,
    database_url: Annotated[str | None, typer.Option(help="A PostgreSQL of yours.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Key of the certificate (PEM).")] = None,
    behind_proxy: Annotated[bool, typer.Option(help="A proxy in front speaks TLS.")] = False,
) -> None:
    """Look at all that a node needs; 1 when something keeps it from starting."""
    options = NodeOptions(
        folder=(data or Path(os.environ.get("BEACONFIRE_DATA") or default_folder())).resolve(),
        host=host,
        port=port,
        demo=demo,
        database_url=database_url or os.environ.get("BEACONFIRE_DATABASE_URL"),
        tls_cert=tls_cert,
        tls_key=tls_key,
        behind_proxy=behind_proxy,
    )
    ill = False
    for one in findings(options):
        ill = ill or one.state is State.BAD
        mend = f": {one.mend}" if one.mend else ""
        typer.echo(f"{one.state:<5} {one.name:<11} {one.found}{mend}")
    if ill:
        raise typer.Exit(EXIT_ILL)
