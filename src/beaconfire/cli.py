"""The `beaconfire` command: one door to the node, its data and its tools."""

import typer

from beaconfire.commands.bench import bench
from beaconfire.commands.demo import demo
from beaconfire.commands.doctor import doctor
from beaconfire.commands.log import log
from beaconfire.commands.scene import scene
from beaconfire.commands.simulate import simulate
from beaconfire.commands.up import up
from beaconfire.commands.users import users

app = typer.Typer(
    name="beaconfire", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.command()(up)
app.command()(simulate)
app.command()(scene)
app.command()(bench)
app.command()(doctor)
app.add_typer(demo, name="demo")
app.add_typer(log, name="log")
app.add_typer(users, name="users")


@app.callback()
def describe() -> None:
    """Emergency response coordination: reports in, the right people on the way."""


def main() -> None:
    """Run the command line."""
    app()
