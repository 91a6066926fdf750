"""What the books of a deployment are judged on: incident's own service, three reports far apart."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from beaconfire_incident.main import build
from beaconfire_incident.settings import IncidentSettings
from beaconfire_platform.ground import Ground, Service
from beaconfire_testkit.centre import AKL, Centre, a_centre
from beaconfire_testkit.service import running_service

SERVICES: Final = ("agency", "dispatch", "geo", "incident", "situation")


async def _build(ground: Ground) -> Service:
    return await build(ground, IncidentSettings())


@asynccontextmanager
async def a_centre_over(database: str) -> AsyncGenerator[Centre]:
    """Incident alone with a centre, over a database that has the schemas of all services."""
    async with running_service(database, "incident", _build) as running:
        yield await a_centre(running)


async def three_reports(centre: Centre) -> dict[str, str]:
    """Their ids by their keys."""
    found: dict[str, str] = {}
    for number in range(3):
        position = {"lon": AKL[0] + number / 10, "lat": AKL[1], "accuracy_m": 10.0}
        answer = await centre.report(text=f"key{number}", position=position)
        found[f"key{number}"] = answer["report_id"]
    return found
