"""Citizens report without signing in, follow by a code, and are held to a pace."""

import dataclasses
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import AssignmentDispatched, AssignmentEnRoute
from beaconfire_contracts.ids import IncidentId
from beaconfire_incident.main import build
from beaconfire_incident.settings import IncidentSettings
from beaconfire_platform.ground import Ground, Service
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import AKL, Centre, a_centre
from beaconfire_testkit.service import running_service

TOLD: dict[str, Any] = {
    "text": "smoke over the harbour",
    "type": "fire.structure",
    "position": {"lon": AKL[0], "lat": AKL[1], "accuracy_m": 20.0},
    "reporter": {"name": "Ana", "phone": "+64 21 000"},
}


async def _slow(ground: Ground) -> Service:
    return await build(ground, IncidentSettings(public_reports_per_minute=2))


@pytest.fixture
async def paced(database: str) -> AsyncGenerator[Centre]:
    async with running_service(database, "incident", _slow) as running:
        yield await a_centre(running)


async def test_a_citizens_report_waits_in_the_pool_of_the_centre(centre: Centre) -> None:
    told = await centre.running.client().post("/v1/public/reports", json=TOLD)

    assert told.status_code == 201, told.text
    assert set(told.json()) == {"report_id", "number", "tracking_code"}
    [incident] = (await centre.client().get("/v1/incidents")).json()["items"]
    assert (incident["number"], incident["seat"]) == (told.json()["number"], centre.pool)
    assert incident["reports"][0]["channel"] == "web"


async def test_the_code_shows_the_steps_and_nothing_of_a_person(centre: Centre) -> None:
    stranger = centre.running.client()
    code = (await stranger.post("/v1/public/reports", json=TOLD)).json()["tracking_code"]
    [incident] = (await centre.client().get("/v1/incidents")).json()["items"]
    sent = dataclasses.replace(
        an_example_of(AssignmentDispatched), incident_id=IncidentId(incident["id"])
    )
    moving = dataclasses.replace(
        an_example_of(AssignmentEnRoute), incident_id=IncidentId(incident["id"])
    )
    await centre.running.tell(sent, moving)
    await centre.running.catch_up()

    tracked = await stranger.get(f"/v1/tracking/{code.lower()}")

    assert tracked.status_code == 200, tracked.text
    steps = [one["step"] for one in tracked.json()["steps"]]
    assert steps == ["received", "dispatched", "en_route"]
    assert not any(word in tracked.text for word in ("Ana", "harbour", "+64", incident["id"]))


async def test_an_unknown_code_opens_nothing(centre: Centre) -> None:
    stranger = centre.running.client()

    unknown = await stranger.get("/v1/tracking/AAAAAAAAAAAAAAAA")
    malformed = await stranger.get("/v1/tracking/1")

    assert (unknown.status_code, malformed.status_code) == (404, 422)


async def test_a_merged_report_is_followed_in_the_record_that_goes_on(centre: Centre) -> None:
    stranger = centre.running.client()
    code = (await stranger.post("/v1/public/reports", json=TOLD)).json()["tracking_code"]
    [incident] = (await centre.client().get("/v1/incidents")).json()["items"]
    other = await centre.report(at=(AKL[0] + 0.05, AKL[1]))
    into = {"into": other["incident_id"]}
    merged = await centre.client().post(f"/v1/incidents/{incident['id']}/merge", json=into)
    assert merged.status_code == 200, merged.text

    assert (await stranger.get(f"/v1/tracking/{code}")).json()["status"] == "open"


async def test_one_source_sends_no_more_than_its_pace(paced: Centre) -> None:
    stranger = paced.running.client()

    answers = [await stranger.post("/v1/public/reports", json=TOLD) for _ in range(3)]

    assert [one.status_code for one in answers] == [201, 201, 429]
    assert answers[-1].json()["code"] == "too_fast"


async def test_a_citizen_sets_neither_priority_nor_channel(centre: Centre) -> None:
    stranger = centre.running.client()

    urgent = await stranger.post("/v1/public/reports", json=TOLD | {"priority": 1})
    silent = await stranger.post("/v1/public/reports", json=TOLD | {"text": ""})

    assert (urgent.status_code, silent.status_code) == (422, 422)
