"""`beaconfire import`: maps and other data of a place, from files into a running node.

The door is called `import`; its module is not, for that is a word of Python's own.
"""

import typer

from beaconfire.commands.import_layer import layer
from beaconfire.commands.import_matters import matters
from beaconfire.commands.import_roads import roads
from beaconfire.commands.import_roster import roster
from beaconfire.commands.import_zones import zones

imports = typer.Typer(no_args_is_help=True, help="Files of a place, into a running node.")


@imports.callback()
def describe() -> None:
    """Take files of a place into a running node, through its public API."""


imports.command("layer")(layer)
imports.command("matters")(matters)
imports.command("roads")(roads)
imports.command("roster")(roster)
imports.command("zones")(zones)
