"""`beaconfire simulate`: a city's callers, crews, workers and dispatcher as strangers."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Final

import typer

from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire.demo.city import City, load_city, replay_length
from beaconfire.simulation.callers import Call, second_callers
from beaconfire.simulation.credentials import Credentials
from beaconfire.simulation.runner import Simulation
from beaconfire_platform.telemetry import configure_logging

SECOND_CALLERS_SHARE: Final = 0.12
"""Of Montgomery's calls about one in eight is another caller's about the same thing."""


def simulate(
    credentials: Annotated[Path, typer.Option(help="The file that the demo's seeding wrote.")],
    begun: Annotated[
        str | None,
        typer.Option(help="Business time of the first call; now if left out."),
    ] = None,
    hours: Annotated[
        float | None,
        typer.Option(min=0.0, help="Hours of calls; then until all is done. Endless if left out."),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(min=0.1, help="Set the demo's clock to this once everybody is there."),
    ] = None,
) -> None:
    """Play a demo city's people against a running node until stopped, or for some hours."""
    configure_logging(level=os.environ.get("BEACONFIRE_LOG_LEVEL", "warning"), as_json=False)
    try:
        told = Credentials.load(credentials)
    except (OSError, ValueError) as error:
        typer.echo(f"cannot read the credentials: {error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    begun_at = None if begun is None else datetime.fromisoformat(begun).astimezone(UTC)
    asyncio.run(_run(told, begun_at, hours, speed))


async def _run(
    credentials: Credentials, begun_at: datetime | None, hours: float | None, speed: float | None
) -> None:
    simulation = Simulation(credentials)
    calls = replayed(load_city(credentials.city))
    if hours is not None:
        calls = first_hours(calls, hours)
    playing = asyncio.create_task(
        simulation.run(calls, begun_at, until_quiet=hours is not None, speed=speed)
    )
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, playing.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await playing
    await simulation.close()
    if hours is not None:
        typer.echo(f"told {simulation.callers.told} refused {simulation.callers.refused}")


def first_hours(calls: Iterator[Call], hours: float) -> Iterator[Call]:
    """The calls of the first hours of a replay."""
    return takewhile(lambda call: call.after_s < hours * 3_600, calls)


def replayed(city: City) -> Iterator[Call]:
    """The calls in their true order, with second callers; again from the first at the end.

    A second caller of the last night, who would come after midnight, is not heard.
    """
    round_s = replay_length(city.name).total_seconds()
    offset_s = 0.0
    while True:
        for call in second_callers(city.calls(), share=SECOND_CALLERS_SHARE):
            if call.after_s < round_s:
                yield replace(call, after_s=call.after_s + offset_s)
        offset_s += round_s
