"""Geo's composition root: what it is made of, wired in one place."""

import asyncio
from collections.abc import Mapping

import structlog
from fastapi import APIRouter

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_geo.adapters.analysis_desk import MapAnalysis
from beaconfire_geo.adapters.closure_desk import PgClosureDesk
from beaconfire_geo.adapters.fence_watch import FenceWatch
from beaconfire_geo.adapters.import_desk import PgImportDesk
from beaconfire_geo.adapters.key_places import KeyPlaces
from beaconfire_geo.adapters.late_watch import LateWatch
from beaconfire_geo.adapters.layer_desk import PgLayerDesk
from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.adapters.maps import Maps
from beaconfire_geo.adapters.matters import PgMatters, PgMatterViews, keep_body
from beaconfire_geo.adapters.others import HttpOthers
from beaconfire_geo.adapters.position_desk import PositionDesk
from beaconfire_geo.adapters.position_store import PositionStore, save_home
from beaconfire_geo.adapters.postgres import PgPlacings
from beaconfire_geo.adapters.response_areas import ResponseAreas
from beaconfire_geo.adapters.road_desk import PgRoadDesk
from beaconfire_geo.adapters.unit_homes import UnitHomes
from beaconfire_geo.adapters.zone_desk import PgZoneDesk
from beaconfire_geo.application.place_incident import keys, place_incident
from beaconfire_geo.entrypoints.analysis_api import analysis_routes
from beaconfire_geo.entrypoints.analysis_map_api import analysis_map_routes
from beaconfire_geo.entrypoints.api import area_routes, naming_routes
from beaconfire_geo.entrypoints.closure_api import closure_routes
from beaconfire_geo.entrypoints.consumer import SOURCES, reactions
from beaconfire_geo.entrypoints.import_api import import_routes
from beaconfire_geo.entrypoints.layer_api import layer_routes, release_routes
from beaconfire_geo.entrypoints.matter_api import matter_preview_routes, matter_routes
from beaconfire_geo.entrypoints.position_api import position_routes
from beaconfire_geo.entrypoints.responsibility_api import responsibility_routes
from beaconfire_geo.entrypoints.road_api import artefact_routes, road_routes
from beaconfire_geo.entrypoints.zone_api import (
    changing_routes,
    declaring_routes,
    preview_routes,
    zone_routes,
)
from beaconfire_geo.entrypoints.zone_file_api import zone_file_routes
from beaconfire_geo.settings import GeoSettings
from beaconfire_platform.database import TROUBLE, Tx
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.web.joined import joined

RESPONSE_AREAS = "response-areas"
"""Where `levels.toml` lets response areas lie."""
KEY_PLACES = "key-places"
"""Where it lets places lie where people are."""
REPLACE_EVERY_S = 1.0
REPLACED_AT_ONCE_MAX = 200
_log = structlog.get_logger(__name__)


def _placings(tx: Tx) -> PgPlacings:
    return PgPlacings(tx.connection)


async def _keep_body(tx: Tx, fact: BodyRegistered) -> None:
    await keep_body(tx.connection, fact)


async def build(ground: Ground, settings: GeoSettings) -> Service:
    """Everything wired and the maps in force loaded; nothing runs yet."""
    maps, watch = _maps(ground, settings), FenceWatch(ground.database, ground.clock)
    desk, zones = _desk(ground, settings, watch), _zones(ground, maps, watch)
    imports = PgImportDesk(ground.database, maps.ground)
    await maps.load()
    await watch.load()
    await desk.load()
    consumer = Consumer(
        "geo",
        log=ground.log,
        database=ground.database,
        sources=SOURCES,
        reactions=reactions(maps, maps, _placings, save_home, _keep_body),
    )

    async def replace_forever() -> None:
        await _replace_forever(ground, maps)

    return Service(
        "geo",
        joined(
            _router(ground, settings, maps, desk, zones),
            _import_router(ground, settings, maps, imports),
        ),
        consumers=[consumer],
        loops=[
            desk.write_forever,
            desk.tidy_forever,
            replace_forever,
            zones.keep_forever,
            LateWatch(ground.database).look_forever,
            imports.work_forever,
        ],
        close=desk.write_all,
    )


async def build_apart(ground: Ground, environment: Mapping[str, str]) -> Service:
    """The same, by the settings of its own process's environment."""
    settings = GeoSettings.from_environment(environment)
    return await build(ground, settings)


def routes(ground: Ground, settings: GeoSettings) -> APIRouter:
    """Its routes alone, for whoever describes them: nothing is loaded, nothing can be asked."""
    maps, watch = _maps(ground, settings), FenceWatch(ground.database, ground.clock)
    desk, zones = _desk(ground, settings, watch), _zones(ground, maps, watch)
    return joined(
        _router(ground, settings, maps, desk, zones),
        _import_router(ground, settings, maps, PgImportDesk(ground.database)),
    )


def _maps(ground: Ground, settings: GeoSettings) -> Maps:
    levels = load_levels(settings.levels)
    return Maps(
        ground.database,
        layer=settings.layer,
        cell_level=settings.cell_level,
        roads="main",
        other_levels=levels.beside(settings.cell_level),
        response_areas=RESPONSE_AREAS,
    )


def _zones(ground: Ground, maps: Maps, watch: FenceWatch) -> PgZoneDesk:
    places = KeyPlaces(ground.database, KEY_PLACES)
    return PgZoneDesk(ground.database, maps, places, watch, ground.clock)


def _desk(ground: Ground, settings: GeoSettings, watch: FenceWatch) -> PositionDesk:
    return PositionDesk(
        PositionStore(ground.database),
        ground.positions,
        ground.clock,
        UnitHomes(ground.database),
        history_days=settings.history_days,
        watch=watch,
    )


def _router(
    ground: Ground, settings: GeoSettings, maps: Maps, desk: PositionDesk, zones: PgZoneDesk
) -> APIRouter:
    edge, clock = ground.edge, ground.clock
    roads = PgRoadDesk(ground.database, maps)
    layers = PgLayerDesk(ground.database, load_levels(settings.levels), maps.ground)
    analysis = MapAnalysis(maps)
    matters = PgMatterViews(ground.database)
    return joined(
        area_routes(edge, maps),
        naming_routes(edge, maps),
        responsibility_routes(
            edge,
            maps,
            ResponseAreas(ground.database, RESPONSE_AREAS),
            zones=zones,
            key_places=zones.places,
            matters=matters,
            others=HttpOthers(ground.http),
            clock=clock,
        ),
        matter_preview_routes(edge, matters, maps),
        matter_routes(edge, matters, maps, clock, writing=lambda tx: PgMatters(tx.connection)),
        layer_routes(edge, layers, maps),
        release_routes(edge, maps, layers, clock),
        position_routes(edge, desk, maps),
        road_routes(edge, roads),
        artefact_routes(edge, roads, clock),
        analysis_routes(edge, analysis),
        analysis_map_routes(edge, analysis),
        closure_routes(edge, PgClosureDesk(ground.database, maps), clock),
        zone_routes(edge, zones),
        preview_routes(edge, zones, clock),
        zone_file_routes(edge, zones, clock),
        declaring_routes(edge, zones, clock),
        changing_routes(edge, zones, clock),
    )


def _import_router(
    ground: Ground, settings: GeoSettings, maps: Maps, imports: PgImportDesk
) -> APIRouter:
    layers = PgLayerDesk(ground.database, load_levels(settings.levels), maps.ground)
    return import_routes(ground.edge, imports, layers, maps, ground.clock)


async def _replace_forever(ground: Ground, maps: Maps) -> None:
    """Place anew, under the layer in force, what an older one placed; a few at a time.

    Another instance may have been told of a newer layer or newer roads: they are looked for first.
    """
    while True:
        await asyncio.sleep(REPLACE_EVERY_S)
        try:
            await maps.load()
            async with ground.database.reading() as connection:
                stale = await PgPlacings(connection).stale(maps.edition, REPLACED_AT_ONCE_MAX)
            for incident_id in stale:
                cause = Cause(actor="geo:layer", correlation_id=f"layer-{maps.edition}")
                async with ground.database.transaction(*keys(incident_id), cause=cause) as tx:
                    await place_incident(
                        incident_id, None, placings=_placings(tx), facts=tx, grid=maps, labels=maps
                    )
        except TROUBLE as error:
            _log.warning("placing_waits", error=type(error).__name__)
