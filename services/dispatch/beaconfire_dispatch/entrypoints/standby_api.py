"""Dispatch's routes for standing by: where free units would be best, and where desks send them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel

from beaconfire_contracts.ids import StationId, UnitId
from beaconfire_contracts.vocabulary import StandbyReason
from beaconfire_dispatch.application import decline_standby, order_standby
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.application.queries import UnitView
from beaconfire_dispatch.application.register_unit import StationRetired
from beaconfire_dispatch.domain.standby import Standby, StandbyState
from beaconfire_dispatch.entrypoints.admitting import admitted_unit, bounds_of, unit_resource
from beaconfire_dispatch.entrypoints.register_api import UnknownStation
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id, Strict
from beaconfire_platform.web.strict_json import StrictRoute


class StandbyIn(Strict):
    """Where a unit is sent to stand by."""

    station_id: Id


class StandbyOut(BaseModel):
    """A free unit's place: proposed, ordered or declined."""

    unit_id: str
    call_sign: str
    station_id: str
    station: str
    state: StandbyState
    reason: StandbyReason | None
    gain: float
    since: datetime


class StandbyPage(BaseModel):
    """The places of free units."""

    items: list[StandbyOut]
    next: None = None


def standby_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """Where free units stand by."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/standby")
    async def get_standby(call: Annotated[Call, edge.needs("unit.read")]) -> StandbyPage:
        """Places that are proposed to free units or were ordered, of the units that you may see."""
        told = [
            one for one in await desk.views.standbys() if one.state is not StandbyState.DECLINED
        ]
        views = await desk.views.units_among(bounds_of(call), [one.unit_id for one in told])
        known = {str(one.unit.id): one for one in views}
        codes = {str(one.id): one.code for one in await desk.views.stations()}
        return StandbyPage(
            items=[
                _out(one, known[one.unit_id], codes[one.station_id])
                for one in told
                if one.unit_id in known
            ]
        )

    @router.put("/v1/units/{unit_id}/standby", response_model=StandbyOut)
    async def put_standby(
        call: Annotated[Call, edge.needs("unit.stand-by")], unit_id: Id, body: StandbyIn
    ) -> Response:
        """Send a free unit to stand by at a station, as it was proposed or as the desk will."""
        view = await admitted_unit(edge, desk, call, unit_id)
        known = {str(one.id): one for one in await desk.views.stations()}
        goal = known.get(body.station_id)
        if goal is None:
            raise UnknownStation(pointer="/station_id")
        if goal.retired_at is not None and goal.id != view.station.id:
            raise StationRetired(pointer="/station_id")
        command = order_standby.OrderStandby(UnitId(unit_id), StationId(body.station_id))

        async def run(tx: Tx) -> Answer:
            one = await order_standby.order_standby(
                command,
                units=desk.units(tx),
                assignments=desk.assignments(tx),
                standbys=desk.standbys(tx),
                facts=tx,
                now=clock.now(),
            )
            return Answer(200, _out(one, view, goal.code))

        return await edge.command(
            call,
            run,
            keys=order_standby.keys(command),
            resource=unit_resource(view),
            object_id=unit_id,
        )

    return router


def declining_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """Desks put proposed places away."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.delete("/v1/units/{unit_id}/standby", status_code=204, response_class=Response)
    async def delete_standby(
        call: Annotated[Call, edge.needs("unit.stand-by")], unit_id: Id
    ) -> Response:
        """Put a proposal away: the unit goes, or stays, where it belongs."""
        view = await admitted_unit(edge, desk, call, unit_id)

        async def run(tx: Tx) -> Answer:
            await decline_standby.decline_standby(
                UnitId(unit_id),
                units=desk.units(tx),
                standbys=desk.standbys(tx),
                facts=tx,
                now=clock.now(),
            )
            return Answer(204, None)

        await edge.command(
            call,
            run,
            keys=decline_standby.keys(UnitId(unit_id)),
            resource=unit_resource(view),
            object_id=unit_id,
        )
        return Response(status_code=204)

    return router


def _out(one: Standby, view: UnitView, station: str) -> StandbyOut:
    return StandbyOut(
        unit_id=one.unit_id,
        call_sign=view.unit.call_sign,
        station_id=one.station_id,
        station=station,
        state=one.state,
        reason=one.reason,
        gain=round(one.gain, 4),
        since=one.since,
    )
