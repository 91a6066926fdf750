"""How far down the orders of each body reach, as agency told of bodies."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from beaconfire_dispatch.domain.engine.commanding import Command
from beaconfire_platform.database import Connection


async def read_commands(connection: Connection) -> Mapping[str, Command]:
    """By body: its own division, and of who stands above all every body below.

    So agency grants it: by division, and to people of the root everywhere.
    """
    found = await connection.fetch("select body_id, parent, division from body")
    children: defaultdict[str | None, list[str]] = defaultdict(list)
    for one in found:
        children[one["parent"]].append(one["body_id"])
    return {one["body_id"]: _command(one, children) for one in found}


def command_of(owner: str | None, commands: Mapping[str, Command]) -> Command | None:
    """Who answers for an incident; of a body that nobody told of yet its own units alone."""
    if owner is None:
        return None
    return commands.get(owner) or Command(owner)


def _command(body: Any, children: Mapping[str | None, Sequence[str]]) -> Command:
    if body["parent"] is not None:
        return Command(body["body_id"], body["division"])
    below: set[str] = set()
    waiting = list(children.get(body["body_id"], ()))
    while waiting:
        name = waiting.pop()
        if name not in below:
            below.add(name)
            waiting.extend(children.get(name, ()))
    return Command(body["body_id"], body["division"], frozenset(below))
