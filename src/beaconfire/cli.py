"""The `beaconfire` command: one door to the node, its data and its tools."""

import gc
import importlib
from types import ModuleType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from beaconfire import __version__

DOORS: Final = (
    "up", "serve", "keys", "pages", "simulate", "scene", "bench", "doctor", "demo", "import", "log",
    "users",
)  # fmt: skip
"""Each is a module of `commands` and what is named like it there: a command, or a group of them."""
HOMES: Final = {"import": "imports"}
"""Doors whose own name no module can have: it is a word of Python's."""


class Doors(TyperGroup):
    """A group whose doors are opened one by one: nobody waits for the imports of all the others."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every door, in the order of the help."""
        return list(DOORS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """That door's command; None when there is no such door."""
        if cmd_name not in DOORS:
            return None
        home = HOMES.get(cmd_name, cmd_name)
        found = getattr(_imported(f"beaconfire.commands.{home}"), home)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False)
            alone.command(cmd_name)(found)
            found = alone
        command = get_command(found)
        command.name = cmd_name
        return command


def _imported(name: str) -> ModuleType:
    """Nothing that an import makes is garbage: whoever looked for it took a fifth of the time."""
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.enable()


app = typer.Typer(
    cls=Doors,
    name="beaconfire",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"beaconfire {__version__}")
        raise typer.Exit


@app.callback()
def describe(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    """Emergency response coordination: reports in, the right people on the way."""


def main() -> None:
    """Run the command line."""
    app()
