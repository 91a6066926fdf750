"""Scenes over HTTP: a desk plays one, everybody on duty sees how far it is, nobody plays two."""

import time
from typing import Any

import psutil

from beaconfire.node.scene_routes import RunOut, ScenesOut, scene_routes
from beaconfire.simulation.programmes import Programme
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ground import Ground, Service
from beaconfire_testkit.service import a_subject, running_service


def scenes(client: Any) -> ScenesOut:
    return ScenesOut.model_validate(client.get("/v1/demo/scenes").raise_for_status().json())


def run_of(client: Any) -> RunOut:
    run = scenes(client).run
    assert run is not None
    return run


def test_a_desk_plays_a_scene_once_at_a_time_and_others_follow_its_steps(city: Any) -> None:
    dana, tama = city.client("dana"), city.client("tama")

    begun = dana.post("/v1/demo/scenes", json={"name": "silent-call"})
    second = tama.post("/v1/demo/scenes", json={"name": "opening"})
    for _ in range(300):
        if run_of(tama).steps:
            break
        time.sleep(0.1)
    seen = run_of(tama)
    player = next(
        one for one in psutil.Process(city.node.process.pid).children() if "scene" in one.cmdline()
    )
    player.terminate()
    for _ in range(100):
        if run_of(dana).state != "playing":
            break
        time.sleep(0.1)

    assert (begun.status_code, begun.json()["state"]) == (202, "playing")
    assert (second.status_code, second.json()["code"]) == (409, "scene_running")
    assert second.json()["scene"] == "silent-call"
    assert scenes(dana).items == list(Programme)
    assert seen.steps[0].step == "answered"
    incident = tama.get(f"/v1/incidents/{seen.steps[0].incident_id}").json()
    assert incident["number"] == seen.steps[0].number
    assert run_of(dana).state == "broken_off"


def test_an_unknown_scene_and_a_caller_without_the_right_are_refused(city: Any) -> None:
    dana, admin = city.client("dana"), city.client("admin")

    unknown = dana.post("/v1/demo/scenes", json={"name": "macbeth"})

    assert (unknown.status_code, unknown.json()["pointer"]) == (422, "/name")
    assert admin.post("/v1/demo/scenes", json={"name": "one-fire"}).status_code == 403
    assert admin.get("/v1/demo/scenes").status_code == 403


async def test_where_no_demo_runs_the_refusal_says_so(database: str) -> None:
    async def build(ground: Ground) -> Service:
        return Service("incident", scene_routes(ground.edge, None))

    async with running_service(database, "incident", build) as plain:
        dispatcher = plain.client(a_subject(Role.DISPATCHER))

        asked = await dispatcher.get("/v1/demo/scenes")
        refused = await dispatcher.post("/v1/demo/scenes", json={"name": "one-fire"})

    assert [(one.status_code, one.json()["code"]) for one in (asked, refused)] == [
        (409, "no_demo")
    ] * 2
