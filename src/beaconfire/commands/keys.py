"""`beaconfire keys DIR`: a key pair for each service that runs apart, made once."""

from pathlib import Path
from typing import Annotated

import typer

from beaconfire.commands.on_node import writing_into
from beaconfire.commands.serve import SERVICES
from beaconfire_platform.access.key_file import BadKeyFile, KeyFileOpen, usable_key
from beaconfire_platform.access.tokens import Minter

PUBLIC_MODE = 0o644


def keys(
    folder: Annotated[Path, typer.Argument(help="Where: DIR/<service>/ and DIR/public/.")],
) -> None:
    """Make what is not there yet: a private key in DIR/<service>/, all public ones in DIR/public/.

    Give each service its own folder and the public one, and nobody another's.
    """
    with writing_into(folder, BadKeyFile, KeyFileOpen):
        _make(folder)
    typer.echo(f"keys of {', '.join(SERVICES)} are in {folder}")


def _make(folder: Path) -> None:
    public = folder / "public"
    public.mkdir(parents=True, exist_ok=True)
    for service in SERVICES:
        private = usable_key(folder / service)
        draft = public / f"{service}.new"
        draft.write_text(Minter(private, name=service).public_key, "utf-8")
        draft.chmod(PUBLIC_MODE)
        draft.replace(public / f"{service}.json")  # services that run never read half a key
