"""The clock over HTTP: read by whoever is on duty, moved by few and in a demo only."""

from typing import Any

from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.process.clock_routes import ClockOut, clock_routes
from beaconfire_platform.process.pace import Pace
from beaconfire_testkit.service import a_subject, running_service


def test_a_desk_pauses_and_speeds_up_the_demo_and_a_crew_does_not(city: Any) -> None:
    lena, dana, crew = city.client("lena"), city.client("dana"), city.client("crew.a07")

    paused = lena.put("/v1/clock", json={"paused": True, "speed": 60.0})
    read = ClockOut.model_validate(dana.get("/v1/clock").json())
    refused = crew.put("/v1/clock", json={"paused": False})
    dana.put("/v1/clock", json={"paused": False, "speed": 120.0})

    assert paused.status_code == 200
    assert (read.paused, read.speed, read.demo, read.scenes) == (True, 60.0, True, True)
    assert refused.status_code == 403


def test_a_speed_out_of_its_limits_is_refused_with_a_pointer(city: Any) -> None:
    lena = city.client("lena")
    for speed in (0, -1, 10_000, "fast"):
        answer = lena.put("/v1/clock", json={"speed": speed})
        assert (answer.status_code, answer.json()["pointer"]) == (422, "/speed")


async def test_a_demo_whose_services_run_apart_says_that_it_has_no_scenes(database: str) -> None:
    async def build(ground: Ground) -> Service:
        clock = RunningClock()
        return Service("agency", clock_routes(ground.edge, clock, Pace(clock), lambda _: 1))

    async with running_service(database, "agency", build) as apart:
        answer = await apart.client(a_subject(Role.DISPATCHER)).get("/v1/clock")

    told = ClockOut.model_validate(answer.json())
    assert (told.demo, told.scenes) == (True, False)
