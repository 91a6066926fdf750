"""`beaconfire bench`: what this machine allows, and what we make of it.

It runs as a process of its own: nothing of it is loaded when a node starts.
"""

import subprocess
import sys
from typing import Annotated, Final

import typer

SECTIONS: Final = (
    "commands", "http", "end_to_end", "geo", "parked", "rebuild", "relay", "parked_kafka",
    "consume", "end_to_end_apart",
)  # fmt: skip


def bench(
    sections: Annotated[
        list[str] | None, typer.Argument(help=f"Of {', '.join(SECTIONS)}; all if left out.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines for machines.")] = False,
) -> None:
    """Measure against the bare libraries; fails when a gate is missed."""
    unknown = sorted(set(sections or ()) - set(SECTIONS))
    if unknown:
        raise typer.BadParameter(f"no section {', '.join(unknown)}: {', '.join(SECTIONS)}")
    command = [sys.executable, "-m", "beaconfire.bench", *(sections or ())]
    if as_json:
        command.append("--json")
    finished = subprocess.run(command, check=False)  # noqa: S603  (our own module)
    raise typer.Exit(finished.returncode)
