"""Dispatch's routes for what there is: stations, hospitals, units, cover."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from beaconfire_contracts.facts.dispatch import HospitalRegistered
from beaconfire_contracts.ids import BodyId, HospitalId, StationId, UnitId
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Invalid
from beaconfire_contracts.vocabulary import PrimaryStatus, UnitStatus
from beaconfire_dispatch.application import (
    register_hospital,
    register_station,
    register_unit,
)
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.application.ports import Station
from beaconfire_dispatch.application.queries import Bounds, UnitView
from beaconfire_dispatch.domain.engine.explain import COVER_S
from beaconfire_dispatch.domain.unit import Unit
from beaconfire_dispatch.entrypoints.admitting import admitted_unit, bounds_of
from beaconfire_dispatch.entrypoints.schemas import (
    CoverOut,
    HospitalIn,
    HospitalOut,
    HospitalPage,
    StationIn,
    StationOut,
    StationPage,
    UnitIn,
    UnitOut,
    UnitPage,
    UnitsAsked,
)
from beaconfire_dispatch.entrypoints.shapes import (
    hospital_out,
    station_out,
    unit_out,
)
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute

UNITS_COUNTED_MAX: Final = 10_000
"""Units of one caller's reach that cover is counted on: what one deployment is made for."""
UNITS_AT_ONCE: Final = 500
"""So many are read before others have their turn on the loop."""


class UnknownStation(Invalid):
    """There is no such station."""


def station_routes(edge: Edge, desk: Desk) -> APIRouter:
    """Stations."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/stations")
    async def get_stations(call: Annotated[Call, edge.needs("station.read")]) -> StationPage:
        """All stations by code, also those that their map has no longer."""
        edge.permit(call, NOWHERE)
        return StationPage(items=[station_out(one) for one in await desk.views.stations()])

    @router.post("/v1/stations", status_code=201, response_model=StationOut)
    async def post_station(
        call: Annotated[Call, edge.needs("station.write")], body: StationIn
    ) -> Response:
        """Register a station; the one that has the code already is answered instead."""
        station = Station(
            StationId(new_id()),
            body.code,
            body.name_zh,
            body.name_en,
            BodyId(body.body),
            Point(body.point.lon, body.point.lat),
            body.division,
        )

        async def run(tx: Tx) -> Answer:
            kept = await register_station.register_station(
                station, registers=desk.registers(tx), facts=tx
            )
            return Answer(201, station_out(kept), kept.id)

        return await edge.command(
            call,
            run,
            keys=register_station.keys(station),
            resource=Resource(path=station.division, owner=str(station.body)),
        )

    return router


def hospital_routes(edge: Edge, desk: Desk) -> APIRouter:
    """Hospitals."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/hospitals")
    async def get_hospitals(call: Annotated[Call, edge.needs("hospital.read")]) -> HospitalPage:
        """All hospitals by code."""
        edge.permit(call, NOWHERE)
        return HospitalPage(items=[hospital_out(one) for one in await desk.views.hospitals()])

    @router.post("/v1/hospitals", status_code=201, response_model=HospitalOut)
    async def post_hospital(
        call: Annotated[Call, edge.needs("hospital.write")], body: HospitalIn
    ) -> Response:
        """Register a hospital; the one that has the code already is answered instead."""
        hospital = HospitalRegistered(
            HospitalId(new_id()),
            body.code,
            body.name_zh,
            body.name_en,
            Point(body.point.lon, body.point.lat),
        )

        async def run(tx: Tx) -> Answer:
            kept = await register_hospital.register_hospital(
                hospital, registers=desk.registers(tx), facts=tx
            )
            return Answer(201, hospital_out(kept), kept.hospital_id)

        return await edge.command(
            call, run, keys=register_hospital.keys(hospital), resource=NOWHERE
        )

    return router


def unit_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """Units."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/units")
    async def get_units(
        call: Annotated[Call, edge.needs("unit.read")], asked: Annotated[UnitsAsked, Query()]
    ) -> UnitPage:
        """The units that you may see, by call sign."""
        page = await desk.views.units(
            bounds_of(call), after=asked.cursor or "", limit=asked.limit + 1
        )
        shown = page[: asked.limit]
        return UnitPage(
            items=[unit_out(one, desk.ways.seen(one)) for one in shown],
            next=shown[-1].unit.call_sign if len(page) > asked.limit else None,
        )

    @router.get("/v1/units/{unit_id}")
    async def get_unit(call: Annotated[Call, edge.needs("unit.read")], unit_id: Id) -> UnitOut:
        """One unit."""
        view = await admitted_unit(edge, desk, call, unit_id)
        return unit_out(view, desk.ways.seen(view))

    @router.post("/v1/units", status_code=201, response_model=UnitOut)
    async def post_unit(call: Annotated[Call, edge.needs("unit.write")], body: UnitIn) -> Response:
        """Register a unit at a station; the one that has the call sign is answered instead."""
        station = await _station(desk, body.station_id)
        unit = _new_unit(body, station, clock)

        async def run(tx: Tx) -> Answer:
            kept = await register_unit.register_unit(
                unit,
                units=desk.units(tx),
                facts=tx,
                is_station_retired=station.retired_at is not None,
            )
            holder = await desk.assignments(tx).open_of_unit(kept.id)
            on = (None, None) if holder is None else (holder.incident_id, holder.id)
            view = UnitView(kept, station, *on)
            return Answer(201, unit_out(view, desk.ways.seen(view)), kept.id)

        answer = await edge.command(
            call,
            run,
            keys=register_unit.keys(unit),
            resource=Resource(path=station.division, owner=str(station.body)),
        )
        desk.wake()
        return answer

    return router


def cover_routes(edge: Edge, desk: Desk) -> APIRouter:
    """What free units cover."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/cover")
    async def get_cover(call: Annotated[Call, edge.needs("cover.read")]) -> CoverOut:
        """How much of the stations' places is covered by free units, by capability."""
        views = await _all_units(desk, bounds_of(call))
        posts = [one.point for one in await desk.views.stations() if one.retired_at is None]
        shares = await asyncio.to_thread(desk.ways.cover, views, posts)
        return CoverOut(within_s=COVER_S, shares=shares)

    return router


async def _all_units(desk: Desk, bounds: Bounds) -> list[UnitView]:
    found: list[UnitView] = []
    while len(found) < UNITS_COUNTED_MAX:
        after = found[-1].unit.call_sign if found else ""
        page = await desk.views.units(bounds, after=after, limit=UNITS_AT_ONCE)
        found += page
        if len(page) < UNITS_AT_ONCE:
            break
    return found


async def _station(desk: Desk, station_id: str) -> Station:
    found = next((one for one in await desk.views.stations() if one.id == station_id), None)
    if found is None:
        raise UnknownStation(pointer="/station_id")
    return found


def _new_unit(body: UnitIn, station: Station, clock: Clock) -> Unit:
    return Unit(
        id=UnitId(new_id()),
        call_sign=body.call_sign,
        kind=body.kind,
        body=station.body,
        station_id=station.id,
        capabilities=frozenset(body.capabilities),
        division=station.division,
        status=UnitStatus.IN_SERVICE,
        primary=PrimaryStatus.AVAILABLE,
        since=clock.now(),
        fence=0,
        version=1,
    )
