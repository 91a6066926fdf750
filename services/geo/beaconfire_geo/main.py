"""Geo's composition root: what it is made of, wired in one place."""

import asyncio
from collections.abc import Mapping

import structlog
from fastapi import APIRouter

from beaconfire_contracts.envelope import Cause
from beaconfire_geo.adapters.analysis_desk import MapAnalysis
from beaconfire_geo.adapters.closure_desk import PgClosureDesk
from beaconfire_geo.adapters.layer_desk import PgLayerDesk
from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.adapters.maps import Maps
from beaconfire_geo.adapters.position_desk import PositionDesk
from beaconfire_geo.adapters.position_store import PositionStore, save_home
from beaconfire_geo.adapters.postgres import PgPlacings
from beaconfire_geo.adapters.response_areas import ResponseAreas
from beaconfire_geo.adapters.road_desk import PgRoadDesk
from beaconfire_geo.application.place_incident import keys, place_incident
from beaconfire_geo.entrypoints.analysis_api import analysis_routes
from beaconfire_geo.entrypoints.api import area_routes, position_routes
from beaconfire_geo.entrypoints.closure_api import closure_routes
from beaconfire_geo.entrypoints.consumer import SOURCES, reactions
from beaconfire_geo.entrypoints.layer_api import layer_routes, release_routes
from beaconfire_geo.entrypoints.responsibility_api import responsibility_routes
from beaconfire_geo.entrypoints.road_api import artefact_routes, road_routes
from beaconfire_geo.settings import GeoSettings
from beaconfire_platform.database import TROUBLE, Tx
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.web.joined import joined

RESPONSE_AREAS = "response-areas"
"""Where `levels.toml` lets response areas lie."""
REPLACE_EVERY_S = 1.0
REPLACED_AT_ONCE_MAX = 200
_log = structlog.get_logger(__name__)


def _placings(tx: Tx) -> PgPlacings:
    return PgPlacings(tx.connection)


async def build(ground: Ground, settings: GeoSettings) -> Service:
    """Everything wired and the maps in force loaded; nothing runs yet."""
    maps, desk = _maps(ground, settings), _desk(ground, settings)
    await maps.load()
    await desk.load()
    consumer = Consumer(
        "geo",
        log=ground.log,
        database=ground.database,
        sources=SOURCES,
        reactions=reactions(maps, maps, _placings, save_home),
    )

    async def replace_forever() -> None:
        await _replace_forever(ground, maps)

    return Service(
        "geo",
        _router(ground, settings, maps, desk),
        consumers=[consumer],
        loops=[desk.write_forever, desk.tidy_forever, replace_forever],
        close=desk.write,
    )


async def build_apart(ground: Ground, environment: Mapping[str, str]) -> Service:
    """The same, by the settings of its own process's environment."""
    settings = GeoSettings.from_environment(environment)
    return await build(ground, settings)


def routes(ground: Ground, settings: GeoSettings) -> APIRouter:
    """Its routes alone, for whoever describes them: nothing is loaded, nothing can be asked."""
    return _router(ground, settings, _maps(ground, settings), _desk(ground, settings))


def _maps(ground: Ground, settings: GeoSettings) -> Maps:
    return Maps(ground.database, layer=settings.layer, cell_level=settings.cell_level, roads="main")


def _desk(ground: Ground, settings: GeoSettings) -> PositionDesk:
    return PositionDesk(
        PositionStore(ground.database),
        ground.positions,
        ground.clock,
        history_days=settings.history_days,
    )


def _router(ground: Ground, settings: GeoSettings, maps: Maps, desk: PositionDesk) -> APIRouter:
    edge, clock = ground.edge, ground.clock
    roads = PgRoadDesk(ground.database, maps)
    layers = PgLayerDesk(ground.database, load_levels(settings.levels))
    return joined(
        area_routes(edge, maps),
        responsibility_routes(edge, maps, ResponseAreas(ground.database, RESPONSE_AREAS)),
        layer_routes(edge, layers),
        release_routes(edge, maps, layers, clock),
        position_routes(edge, desk),
        road_routes(edge, roads),
        artefact_routes(edge, roads, clock),
        analysis_routes(edge, MapAnalysis(maps)),
        closure_routes(edge, PgClosureDesk(ground.database, maps), clock),
    )


async def _replace_forever(ground: Ground, maps: Maps) -> None:
    """Place anew, under the layer in force, what an older one placed; a few at a time.

    Another instance may have been told of a newer layer or newer roads: they are looked for first.
    """
    while True:
        await asyncio.sleep(REPLACE_EVERY_S)
        try:
            await maps.load()
            async with ground.database.reading() as connection:
                stale = await PgPlacings(connection).stale(maps.version, REPLACED_AT_ONCE_MAX)
            for incident_id in stale:
                cause = Cause(actor="geo:layer", correlation_id=f"layer-{maps.version}")
                async with ground.database.transaction(*keys(incident_id), cause=cause) as tx:
                    await place_incident(
                        incident_id, None, placings=_placings(tx), facts=tx, grid=maps, labels=maps
                    )
        except TROUBLE as error:
            _log.warning("placing_waits", error=type(error).__name__)
