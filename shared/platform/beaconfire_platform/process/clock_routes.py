"""The node's clock over HTTP: anybody on duty reads it; speed and pause are the demo's."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from beaconfire_contracts.refusals import Conflict
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.clock import SPEED_MAX, RunningClock, wall_now
from beaconfire_platform.process.kept_clock import Alone, Keeper
from beaconfire_platform.process.pace import Pace
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Flag, Strict
from beaconfire_platform.web.strict_json import StrictRoute


class NoDemo(Conflict):
    """Business time is wall time here; only a demo's clock can be moved."""


class ClockIn(Strict):
    """Speed (times the wall), pause and hold; what is left out stays.

    `speed` is the usual one: during a hold it counts from the hold's end on. A hold that is not
    renewed ends by itself.
    """

    speed: Annotated[float, Field(strict=True, gt=0, le=SPEED_MAX)] | None = None
    paused: Flag | None = None
    held_at_wall_pace: Flag | None = None


class ClockOut(BaseModel):
    """Both times, and how the business clock runs.

    `speed` is how fast it runs now, `usual_speed` how fast when nothing holds it. It is
    `held_at_wall_pace` while an incident on a person's seat waits for its first order. A demo's
    calls begin again when they run out: `replay_round` counts from 1, and is null where nothing is
    replayed. `scenes` says whether there is anybody to play a scene here, under `/v1/demo/scenes`:
    a node's demo has them, services apart do not.
    """

    business_time: datetime
    wall_time: datetime
    speed: float
    paused: bool
    demo: bool
    held_at_wall_pace: bool
    usual_speed: float
    replay_round: int | None
    scenes: bool


RoundAt = Callable[[datetime], int | None]


def clock_routes(
    edge: Edge,
    clock: RunningClock,
    pace: Pace,
    round_at: RoundAt | None,
    keeper: Keeper | None = None,
    *,
    scenes: bool = False,
) -> APIRouter:
    """`GET|PUT /v1/clock`; `round_at` is a demo's, and None where no demo is played.

    `keeper` is for processes that have one clock together. `scenes`: whether scenes are played
    here, so that no page asks where nobody answers.
    """
    kept = keeper or Alone()
    router = APIRouter(route_class=StrictRoute, tags=["node"])

    def told() -> ClockOut:
        state, now = clock.state, clock.now()
        return ClockOut(
            business_time=now,
            wall_time=wall_now(),
            speed=state.speed,
            paused=state.paused,
            demo=round_at is not None,
            held_at_wall_pace=pace.is_held,
            usual_speed=pace.usual_speed,
            replay_round=None if round_at is None else round_at(now),
            scenes=scenes,
        )

    @router.get("/v1/clock")
    async def get_clock(call: Annotated[Call, edge.needs("clock.read")]) -> ClockOut:
        """Business time, wall time, speed and pause."""
        edge.permit(call, NOWHERE)
        await kept.look()
        return told()

    @router.put("/v1/clock", response_model=ClockOut)
    async def put_clock(
        call: Annotated[Call, edge.needs("clock.write")], body: ClockIn
    ) -> Response:
        """Set the demo's speed or pause, or hold it at the wall's pace."""

        async def run(_tx: object) -> Answer:
            if round_at is None:
                raise NoDemo
            await kept.change(lambda: _set(pace, body))
            return Answer(200, told(), "clock")

        return await edge.command(call, run, object_id="clock")

    return router


def _set(pace: Pace, body: ClockIn) -> None:
    pace.set(speed=body.speed, paused=body.paused)
    if body.held_at_wall_pace is not None:
        (pace.hold if body.held_at_wall_pace else pace.release)()
