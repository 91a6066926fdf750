"""`beaconfire scene`: a scene of the demo, played against a running node by a process of its own.

Each step is told as one line of JSON on standard output, for whoever started it to follow.
"""

import asyncio
import os
import signal
from pathlib import Path
from typing import Annotated, Final

import httpx
import msgspec
import typer

from beaconfire.demo.city import load_city
from beaconfire.simulation.api import Api, Refused
from beaconfire.simulation.credentials import Credentials
from beaconfire.simulation.places import NoPlace
from beaconfire.simulation.programmes import SCENES, Programme
from beaconfire.simulation.scenes import Scene, Stage, Told, slowly
from beaconfire_platform.process.trust import trust_for
from beaconfire_platform.telemetry import configure_logging
from beaconfire_spatial.geometry import LonLat

EXIT_REFUSED: Final = 2
EXIT_STOPPED: Final = 3
TIMEOUT_S: Final = 8.0


def scene(
    name: Annotated[Programme, typer.Argument(help="Which scene; opening is the first two.")],
    credentials: Annotated[Path, typer.Option(help="The file that the demo's seeding wrote.")],
    pace: Annotated[
        float, typer.Option(min=0.0, max=10.0, help="Stretches the pauses; 1 is for people.")
    ] = 1.0,
) -> None:
    """Play a scene of the demo against a running node, and tell each step."""
    configure_logging(level=os.environ.get("BEACONFIRE_LOG_LEVEL", "warning"), as_json=False)
    try:
        told = Credentials.load(credentials)
    except (OSError, ValueError) as error:
        typer.echo(f"cannot read the credentials: {error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    places = [LonLat(one.lon, one.lat) for one in load_city(told.city).calls()]
    try:
        whole = asyncio.run(_until_stopped(told, SCENES[name], places, pace))
    except (Refused, NoPlace, httpx.TransportError) as error:
        typer.echo(f"the scene broke off: {error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    if not whole:
        raise typer.Exit(EXIT_STOPPED)


async def _until_stopped(
    known: Credentials, scenes: tuple[Scene, ...], places: list[LonLat], pace: float
) -> bool:
    """Play them; False when somebody asked to stop."""
    playing = asyncio.create_task(_play(known, scenes, places, pace))
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, playing.cancel)
    try:
        await playing
    except asyncio.CancelledError:
        return False
    return True


async def _play(
    known: Credentials, scenes: tuple[Scene, ...], places: list[LonLat], pace: float
) -> None:
    async with httpx.AsyncClient(
        base_url=known.origin, timeout=TIMEOUT_S, trust_env=False, verify=trust_for(known.origin)
    ) as http:
        desk = Api(http, known.desk)
        stage = Stage(Api(http, known.callers), desk, places, _say, pace=pace)
        async with slowly(desk):
            for one in scenes:
                await one(stage)


def _say(told: Told) -> None:
    typer.echo(msgspec.json.encode(told).decode())
