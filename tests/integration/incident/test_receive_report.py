"""A report is about an open incident, or opens one; callers at once open one."""

import asyncio
import random
from typing import Any

import httpx

from beaconfire_contracts.facts.incident import IncidentOpened, IncidentReclassified, ReportReceived
from beaconfire_testkit.centre import AKL, Centre, a_report

KM_LAT = 1 / 111.2
"""Degrees of latitude in a kilometre."""


async def test_a_report_opens_an_incident_with_an_owner_and_a_seat(centre: Centre) -> None:
    taken = await centre.report()

    incident = await centre.incident(taken["incident_id"])
    assert not taken["attached"]
    assert (incident["owner"]["body"], incident["seat"]) == (centre.body, centre.pool)
    assert (incident["status"], incident["priority"]) == ("open", 1)
    assert [one["report_id"] for one in incident["reports"]] == [taken["report_id"]]
    [opened] = await centre.running.told(IncidentOpened)
    assert opened.number == taken["number"]


async def test_a_second_caller_is_attached_and_keeps_their_words(centre: Centre) -> None:
    first = await centre.report()
    second = await centre.report(text="flames on the roof", at=(AKL[0] + 0.0003, AKL[1]))

    incident = await centre.incident(first["incident_id"])
    assert (second["attached"], second["incident_id"]) == (True, first["incident_id"])
    assert [one["text"] for one in incident["reports"]] == [
        "smoke from the roof",
        "flames on the roof",
    ]


async def test_what_is_told_of_a_place_that_everybody_has_left_sends_somebody_again(
    centre: Centre,
) -> None:
    left = await centre.report()
    await centre.client().post(f"/v1/incidents/{left['incident_id']}/handle", json={})

    again = await centre.report(text="it burns again")
    third = await centre.report(text="flames again")

    assert not again["attached"]
    assert again["candidates"][0]["incident_id"] == left["incident_id"]
    assert (await centre.incident(again["incident_id"]))["status"] == "open"
    assert (third["attached"], third["incident_id"]) == (True, again["incident_id"])


async def test_another_kind_at_the_same_place_is_asked_about_not_vetoed(centre: Centre) -> None:
    fire = await centre.report()
    medical = await centre.report(type="medical.chest-pain", text="he cannot breathe")

    assert not medical["attached"]
    [candidate] = medical["candidates"]
    assert candidate["incident_id"] == fire["incident_id"]
    assert candidate["reasons"]["same_type"] is False


async def test_a_report_without_a_place_opens_and_matches_nothing(centre: Centre) -> None:
    await centre.report()
    silent = await centre.report(position=None, type=None, text="")

    assert (silent["attached"], silent["candidates"]) == (False, [])
    incident = await centre.incident(silent["incident_id"])
    assert (incident["place"]["state"], incident["path"]) == ("unlocated", "unplaced")


async def test_what_a_later_caller_says_makes_it_more_urgent_never_less(centre: Centre) -> None:
    first = await centre.report(type="traffic.collision", text="two cars")
    before = (await centre.incident(first["incident_id"]))["priority"]
    await centre.report(type="traffic.collision", text="one is trapped and not breathing")
    raised = (await centre.incident(first["incident_id"]))["priority"]
    await centre.report(type="traffic.collision", text="only the bumper")

    assert raised == 1 < before
    assert (await centre.incident(first["incident_id"]))["priority"] == 1
    assert len(await centre.running.told(IncidentReclassified)) == 1


async def test_the_same_idempotency_key_is_answered_once(centre: Centre) -> None:
    desk = centre.client()
    key = {"Idempotency-Key": "call-7"}
    first = await desk.post("/v1/reports", json=a_report(), headers=key)
    again = await desk.post("/v1/reports", json=a_report(), headers=key)

    code = first.json().pop("tracking_code")
    assert len(code) == 16
    assert again.json() | {"tracking_code": code} == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(await centre.running.told(ReportReceived)) == 1


async def _until_heard(
    desk: httpx.AsyncClient, told: dict[str, Any], *, key: str
) -> dict[str, Any]:
    """What a careful client does: asked to come again, it does so under the same key."""
    for _ in range(20):
        answer = await desk.post("/v1/reports", json=told, headers={"Idempotency-Key": key})
        if answer.status_code == 201:
            return answer.json()
        assert answer.status_code in (409, 503), answer.text
        await asyncio.sleep(float(answer.headers["Retry-After"]))
    raise AssertionError("nobody ever heard this caller")


async def test_two_hundred_callers_of_twenty_fires_open_twenty_incidents(centre: Centre) -> None:
    chance = random.Random(20)
    fires = [(AKL[0], AKL[1] + n * KM_LAT) for n in range(20)]
    callers = [fire for fire in fires for _ in range(10)]
    chance.shuffle(callers)
    desk = centre.client()
    everybody = asyncio.Barrier(len(callers))

    async def call(number: int, fire: tuple[float, float]) -> dict[str, Any]:
        lon = fire[0] + chance.uniform(-40, 40) / 89_000
        lat = fire[1] + chance.uniform(-40, 40) / 111_200
        told = a_report(at=(lon, lat), text=f"fire {chance.random()}")
        await everybody.wait()
        return await _until_heard(desk, told, key=f"caller-{number}")

    answers = await asyncio.gather(*(call(*caller) for caller in enumerate(callers)))

    assert len({one["incident_id"] for one in answers}) == 20
    assert sum(bool(one["attached"]) for one in answers) == 180
    assert len(await centre.running.told(IncidentOpened)) == 20
    assert len(await centre.running.told(ReportReceived)) == 200
