"""The demo's scenes over HTTP: which there are, which is playing and at what step, play one."""

from contextlib import ExitStack
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel

from beaconfire.node.scene_player import Run, RunState, ScenePlayer
from beaconfire.simulation.programmes import Programme
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.process.clock_routes import NoDemo
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Strict
from beaconfire_platform.web.strict_json import StrictRoute


class SceneIn(Strict):
    """Which scene; `opening` is the first two in a row."""

    name: Programme


class StepOut(BaseModel):
    """One step as it happened: of which incident, which units went, how many had called."""

    scene: str
    step: str
    incident_id: str
    number: int
    units: list[str]
    count: int


class RunOut(BaseModel):
    """A run: since when by the wall, how it stands, its steps so far."""

    name: Programme
    state: RunState
    began_at: datetime
    steps: list[StepOut]


class ScenesOut(BaseModel):
    """What can be played, and the run that is playing or was the last."""

    items: list[Programme]
    run: RunOut | None


def scene_routes(edge: Edge, player: ScenePlayer | None) -> APIRouter:
    """`GET|POST /v1/demo/scenes`; without a player there is no demo."""
    router = APIRouter(route_class=StrictRoute, tags=["node"])

    @router.get("/v1/demo/scenes")
    async def get_scenes(call: Annotated[Call, edge.needs("demo.scene")]) -> ScenesOut:
        """The scenes of the demo, and how far the present or last one is."""
        edge.permit(call, NOWHERE)
        run = _playing(player).run
        return ScenesOut(items=list(Programme), run=None if run is None else _told(run))

    @router.post("/v1/demo/scenes", status_code=202, response_model=RunOut)
    async def post_scene(
        call: Annotated[Call, edge.needs("demo.scene")], body: SceneIn
    ) -> Response:
        """Play a scene; one at a time."""
        reserved: list[Run] = []

        def give_up() -> None:
            for one in reserved:
                _playing(player).give_up(one)

        async def run(_tx: object) -> Answer:
            playing = _playing(player)
            if not reserved:  # a transaction that is tried again reserves once
                reserved.append(playing.reserve(body.name))
            return Answer(202, _told(reserved[0]), body.name)

        with ExitStack() as unless_done:
            unless_done.callback(give_up)
            answer = await edge.command(call, run, object_id=body.name)
            unless_done.pop_all()
        for one in reserved:
            _playing(player).start(one)
        return answer

    return router


def _playing(player: ScenePlayer | None) -> ScenePlayer:
    if player is None:
        raise NoDemo("there are scenes in a demo only")
    return player


def _told(run: Run) -> RunOut:
    steps = [
        StepOut(
            scene=one.scene,
            step=one.step,
            incident_id=one.incident_id,
            number=one.number,
            units=list(one.units),
            count=one.count,
        )
        for one in run.steps
    ]
    return RunOut(name=run.name, state=run.state, began_at=run.began_at, steps=steps)
