"""Dispatch's routes for rosters: who answers for which area, and who is on duty now at a place."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Invalid, Unavailable
from beaconfire_dispatch.application import set_rosters
from beaconfire_dispatch.application.desk import CellsAt, Desk, RosterDesk
from beaconfire_dispatch.entrypoints.roster_schemas import (
    DutyAsked,
    OnDutyOut,
    RosterPage,
    RostersAsked,
    RostersIn,
    responder_out,
    rosters_out,
)
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.strict_json import StrictRoute


class PlaceMissing(Invalid):
    """Say where: a longitude and a latitude, or the path of a cell."""


def roster_routes(edge: Edge, desk: Desk, rosters: RosterDesk, clock: Clock) -> APIRouter:
    """Rosters by area."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/rosters")
    async def get_rosters(
        call: Annotated[Call, edge.needs("roster.read")], asked: Annotated[RostersAsked, Query()]
    ) -> RosterPage:
        """The rosters in force of an area and all below it."""
        edge.permit(call, Resource(path=asked.area))
        page = list(
            await rosters.views.below(asked.area, after=asked.cursor or "", limit=asked.limit + 1)
        )
        shown = page[: asked.limit]
        return rosters_out(shown, shown[-1].area if len(page) > asked.limit else None)

    @router.put("/v1/rosters", response_model=RosterPage)
    async def put_rosters(
        call: Annotated[Call, edge.needs("roster.write")], body: RostersIn
    ) -> Response:
        """Set rosters of areas, all of them or none; each takes the place of what its area had."""
        for one in body.rosters:
            edge.permit(call, Resource(path=one.area))
        command = set_rosters.SetRosters(
            tuple(one.of() for one in body.rosters),
            tuple(one.replaces for one in body.rosters),
            call.subject.id,
            await unknown_areas(rosters, [one.area for one in body.rosters]),
        )

        async def run(tx: Tx) -> Answer:
            kept = await set_rosters.set_rosters(
                command,
                rosters=rosters.rosters(tx),
                tasks=desk.tasks(tx),
                facts=tx,
                now=clock.now(),
            )
            return Answer(200, rosters_out(list(kept)), _named(command))

        keys = set_rosters.keys(command)
        resource = Resource(path=body.rosters[0].area)
        return await edge.command(call, run, keys=keys, resource=resource)

    return router


def duty_routes(edge: Edge, rosters: RosterDesk, clock: Clock) -> APIRouter:
    """Who is on duty."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/duty")
    async def get_duty(
        call: Annotated[Call, edge.needs("roster.read")], asked: Annotated[DutyAsked, Query()]
    ) -> OnDutyOut:
        """Who answers at a place now, or at another moment: worker, deputy, leader, desk.

        Outside every cell those of the nearest one.
        """
        found = await _cells(rosters, asked)
        edge.permit(call, Resource(path=found.path))
        at = asked.at or clock.now()
        responders = await rosters.views.responders(found.path, found.also_in, at)
        return OnDutyOut(
            path=found.path, at=at, responders=[responder_out(one) for one in responders]
        )

    return router


async def unknown_areas(rosters: RosterDesk, areas: Sequence[str]) -> frozenset[str]:
    """Which of these areas the grid does not have.

    While geo is away an area that has a roster counts as known; of any other GridAway.
    """
    try:
        return frozenset(areas) - set(await rosters.cells.named(areas))
    except Unavailable:
        known = {one.area for one in await rosters.views.over(areas)}
        if set(areas) - known:
            raise
        return frozenset()


async def _cells(rosters: RosterDesk, asked: DutyAsked) -> CellsAt:
    if asked.path is not None:
        return CellsAt(asked.path, tuple(asked.also_in), is_inside=True)
    if asked.lon is None or asked.lat is None:
        raise PlaceMissing(pointer="/lon" if asked.lon is None else "/lat")
    return await rosters.cells.at(Point(asked.lon, asked.lat))


def _named(command: set_rosters.SetRosters) -> str:
    """What the audit names: the area, or the first and how many more."""
    more = len(command.rosters) - 1
    first = command.rosters[0].area
    return f"roster/{first}" if more == 0 else f"roster/{first}+{more}"
