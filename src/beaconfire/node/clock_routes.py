"""The node's clock over HTTP: anybody on duty reads it; speed and pause are the demo's."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from beaconfire_contracts.refusals import Conflict
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.clock import SPEED_MAX, RunningClock, wall_now
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Flag, Strict
from beaconfire_platform.web.strict_json import StrictRoute


class NoDemo(Conflict):
    """Business time is wall time here; only a demo's clock can be moved."""


class ClockIn(Strict):
    """Speed (times the wall) and pause; what is left out stays."""

    speed: Annotated[float, Field(strict=True, gt=0, le=SPEED_MAX)] | None = None
    paused: Flag | None = None


class ClockOut(BaseModel):
    """Both times, and how the business clock runs."""

    business_time: datetime
    wall_time: datetime
    speed: float
    paused: bool
    demo: bool


def clock_routes(edge: Edge, clock: RunningClock, *, demo: bool) -> APIRouter:
    """`GET|PUT /v1/clock`."""
    router = APIRouter(route_class=StrictRoute, tags=["node"])

    def told() -> ClockOut:
        state = clock.state
        return ClockOut(
            business_time=clock.now(),
            wall_time=wall_now(),
            speed=state.speed,
            paused=state.paused,
            demo=demo,
        )

    @router.get("/v1/clock")
    async def get_clock(call: Annotated[Call, edge.needs("clock.read")]) -> ClockOut:
        """Business time, wall time, speed and pause."""
        edge.permit(call, NOWHERE)
        return told()

    @router.put("/v1/clock", response_model=ClockOut)
    async def put_clock(
        call: Annotated[Call, edge.needs("clock.write")], body: ClockIn
    ) -> Response:
        """Set the demo's speed or pause."""

        async def run(_tx: object) -> Answer:
            if not demo:
                raise NoDemo
            clock.set(speed=body.speed, paused=body.paused)
            return Answer(200, told(), "clock")

        return await edge.command(call, run, object_id="clock")

    return router
