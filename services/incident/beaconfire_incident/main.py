"""Incident's composition root: what it is made of, wired in one place."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter

from beaconfire_incident.adapters.catalogue import load_catalogue
from beaconfire_incident.adapters.postgres import (
    GET,
    SAVE,
    SAVED,
    PgBodies,
    PgCorrections,
    PgIncidents,
    PgNotes,
)
from beaconfire_incident.adapters.projections import STEPS, PgProjections
from beaconfire_incident.adapters.reports import PgReports
from beaconfire_incident.adapters.views import ONE, PgViews
from beaconfire_incident.entrypoints.consumer import SOURCES, Tables, reactions
from beaconfire_incident.entrypoints.desk import Desk
from beaconfire_incident.entrypoints.incident_api import incident_routes, type_routes
from beaconfire_incident.entrypoints.public_api import public_routes
from beaconfire_incident.entrypoints.record_api import (
    correction_routes,
    record_routes,
    same_routes,
    split_routes,
)
from beaconfire_incident.entrypoints.report_api import (
    amend_routes,
    intake_routes,
    report_moving_routes,
    report_step_routes,
)
from beaconfire_incident.entrypoints.step_api import (
    ending_routes,
    life_routes,
    naming_routes,
    seat_routes,
)
from beaconfire_incident.settings import IncidentSettings
from beaconfire_platform.database import Database
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.web.joined import joined
from beaconfire_platform.web.strangers import Pace


@dataclass(frozen=True, slots=True)
class Statements:
    """SQL that a change of one incident runs, for whoever measures the bare database."""

    look: str = ONE
    get: str = GET
    save: str = SAVE
    saved: tuple[str, ...] = SAVED
    """The columns that are the parameters of `save`, in order."""


async def build(ground: Ground, settings: IncidentSettings) -> Service:
    """Everything wired; nothing runs yet."""
    desk = desk_over(ground.database)
    consumer = Consumer(
        "incident",
        log=ground.log,
        database=ground.database,
        sources=SOURCES,
        reactions=reactions(
            Tables(PgProjections, PgIncidents, STEPS, desk.reports, desk.bodies, desk.catalogue)
        ),
    )
    return Service("incident", _router(ground, desk, settings), consumers=[consumer])


async def build_apart(ground: Ground, environment: Mapping[str, str]) -> Service:
    """The same, by the settings of its own process's environment."""
    settings = IncidentSettings.from_environment(environment)
    return await build(ground, settings)


def routes(ground: Ground, settings: IncidentSettings) -> APIRouter:
    """Its routes alone, for whoever describes them: nothing can be asked."""
    return _router(ground, desk_over(ground.database), settings)


def desk_over(database: Database) -> Desk:
    """What incident's routes need behind them."""
    return Desk(
        incidents=PgIncidents,
        reports=PgReports,
        bodies=lambda tx: PgBodies(tx.connection),
        notes=lambda tx: PgNotes(tx.later),
        corrections=lambda tx: PgCorrections(tx.connection),
        views=PgViews(database),
        catalogue=load_catalogue(),
    )


def _router(ground: Ground, desk: Desk, settings: IncidentSettings) -> APIRouter:
    edge, clock = ground.edge, ground.clock
    return joined(
        intake_routes(edge, desk, clock),
        report_step_routes(edge, desk, clock),
        report_moving_routes(edge, desk, clock),
        amend_routes(edge, desk),
        incident_routes(edge, desk),
        type_routes(edge, desk),
        naming_routes(edge, desk),
        seat_routes(edge, desk),
        life_routes(edge, desk, clock),
        ending_routes(edge, desk, clock),
        record_routes(edge, desk, clock),
        correction_routes(edge, desk, clock),
        same_routes(edge, desk),
        split_routes(edge, desk),
        public_routes(
            edge,
            desk,
            clock,
            reporting=Pace(settings.public_reports_per_minute, settings.public_reports_per_minute),
            following=Pace(settings.tracking_per_minute, settings.tracking_per_minute),
        ),
    )
