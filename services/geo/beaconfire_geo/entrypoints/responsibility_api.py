"""Geo's route for a point: who answers for it at each level and in each matter, what is there."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel

from beaconfire_contracts.places import Point
from beaconfire_geo.application.desks import AskedOther, MatterDesk, Others, ResponseAreasDesk
from beaconfire_geo.application.ports import MapsInForce
from beaconfire_geo.application.zoning import KeyPlacesDesk, ZoneDesk
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.matters import charge_of
from beaconfire_geo.domain.responsibility import Responsibility, responsibility_of
from beaconfire_geo.entrypoints.matter_schemas import ChargeOut, charge_out
from beaconfire_geo.entrypoints.zone_schemas import PlaceOut, ZoneOut, place_out, zone_out
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.clock import Clock
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.fields import Code, LatAsked, LonAsked, Moment
from beaconfire_platform.web.strict_json import StrictRoute

NEAR_M_DEFAULT: Final = 500.0
"""Who must be told of a fire and may have to leave: a walk of some minutes."""
NEAR_M_MAX: Final = 5_000.0
PLACES_NEAR_MAX: Final = 50
"""In one answer: somebody reads them aloud."""
PREVIOUS: Final = timedelta(days=365)
"""What happened there within a year: who lived there then still does."""
WITHHELD: Final = "withheld"


class ResponsibilityAsked(BaseModel):
    """The point, whose matter it is about, at which moment, and how far around it is looked."""

    lon: LonAsked
    lat: LatAsked
    type: Code | None = None
    at: Moment | None = None
    near_m: Annotated[float, Query(ge=0, le=NEAR_M_MAX, allow_inf_nan=False)] = NEAR_M_DEFAULT


class NamedArea(BaseModel):
    """An area by its code, level, path and names."""

    code: str
    level: str
    path: str
    name_zh: str
    name_en: str


class ResponderNamed(BaseModel):
    """Somebody on duty there; names are null for whoever may not know them."""

    part: str
    area: str
    person_id: str | None
    body: str | None
    name_zh: str | None
    name_en: str | None


class PreviousIncident(BaseModel):
    """An incident near the point, as a list tells it: nobody who reported is named."""

    id: str
    number: int
    type: str | None
    priority: int
    status: str
    opened_at: datetime
    distance_m: float


class Responders(BaseModel):
    """Who is on duty in the order in which they are asked: told, withheld or away (not known)."""

    state: str
    items: list[ResponderNamed]


class PreviousIncidents(BaseModel):
    """Incidents of a year within `near_m`, the newest first, 20 at most: told, withheld or away."""

    state: str
    items: list[PreviousIncident]


class ResponsibilityOut(BaseModel):
    """Who answers for a point: the cell and all above it, nearest first.

    Outside every cell it is the nearest one, `outside_m` metres away. Agencies are those of each
    matter, or of the type asked for; where no row and no matter of its own names a body, it is the
    one of the default's kind and level, and never nobody once there is a body. Response areas are
    those of every agency; where two share an edge, the lowest code stands first. Hazards are the
    zones in force that hold the point or reach it by their stand-off. Key places are those within
    `near_m` metres as the register stands now, the nearest first, 50 at most. Responders and
    previous incidents are what the caller may know of them.
    """

    layer_version: int
    upward: list[NamedArea]
    outside_m: float | None
    matters_version: int
    agencies: list[ChargeOut]
    responders: Responders
    response_areas: list[NamedArea]
    hazards: list[ZoneOut]
    key_places: list[PlaceOut]
    previous: PreviousIncidents


def responsibility_routes(
    edge: Edge,
    maps: MapsInForce,
    response_areas: ResponseAreasDesk,
    *,
    zones: ZoneDesk,
    key_places: KeyPlacesDesk,
    matters: MatterDesk,
    others: Others,
    clock: Clock,
) -> APIRouter:
    """Who answers for a point."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/responsibility")
    async def get_responsibility(
        call: Annotated[Call, edge.needs("cell.read")],
        asked: Annotated[ResponsibilityAsked, Query()],
    ) -> ResponsibilityOut:
        """The cell at a point, the way up, agencies, responders, hazards, places, what happened."""
        edge.permit(call, NOWHERE)
        point, at = Point(asked.lon, asked.lat), asked.at
        grid = maps if at is None else await maps.at(at)
        place = grid.find(point)
        found = responsibility_of(place, grid.area)
        token = call.request.headers["authorization"]
        since = (at or clock.now()) - PREVIOUS
        responders, previous, (version, agencies) = await asyncio.gather(
            _responders(others, found, place.also_in, at, token),
            others.incidents(point, asked.near_m, since, token),
            _agencies(matters, found, asked),
        )
        return ResponsibilityOut(
            layer_version=grid.version,
            upward=[_named(one) for one in found.upward],
            outside_m=found.outside_m,
            matters_version=version,
            agencies=agencies,
            responders=Responders(
                state=responders.state,
                items=[ResponderNamed.model_validate(one) for one in responders.items],
            ),
            response_areas=[_named(one) for one in await response_areas.at(point, at)],
            hazards=[zone_out(one) for one in await zones.at(point, at)],
            key_places=[place_out(one) for one in await key_places.near(point, asked.near_m)][
                :PLACES_NEAR_MAX
            ],
            previous=PreviousIncidents(
                state=previous.state,
                items=[PreviousIncident.model_validate(one) for one in _until(previous, at)],
            ),
        )

    return router


async def _responders(
    others: Others, found: Responsibility, also_in: Any, at: datetime | None, token: str
) -> AskedOther:
    """Nobody is on duty where there is no grid."""
    if not found.upward:
        return AskedOther(WITHHELD)
    return await others.responders(found.upward[0].path, also_in, at, token)


async def _agencies(
    matters: MatterDesk, found: Responsibility, asked: ResponsibilityAsked
) -> tuple[int, list[ChargeOut]]:
    """The version of the rows, and whose the type is, or each matter where none was asked for."""
    edition, bodies = await matters.in_force(asked.at)
    path = found.upward[0].path if found.upward else None
    types = [one.type for one in matters.defaults] if asked.type is None else [asked.type]
    here = edition.over(path)
    charges = (charge_of(one, path, here, bodies, matters.defaults) for one in types)
    return edition.version, [charge_out(one) for one in charges if one is not None]


def _until(previous: AskedOther, at: datetime | None) -> list[Any]:
    """What had not happened then is left out."""
    return [
        one
        for one in previous.items
        if at is None or datetime.fromisoformat(one["opened_at"]) <= at
    ]


def _named(area: Area) -> NamedArea:
    return NamedArea(
        code=area.code,
        level=area.level,
        path=area.path,
        name_zh=area.name_zh,
        name_en=area.name_en,
    )
