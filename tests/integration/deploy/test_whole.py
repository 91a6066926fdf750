"""docker-compose.yml, started without Docker: one origin, one picture, healed and drained."""

import asyncio
import os
import random
import re
import stat
import sys
import time
from typing import Final

import asyncpg
import httpx
import pytest
from tests.integration.deploy.conftest import Whole, until

from beaconfire_platform.ids import new_id
from beaconfire_testkit.node import PATIENCE_S
from chaos.recovery import bare_return_ms

SERVICES: Final = ("agency", "incident", "geo", "dispatch", "situation")
START_S_MAX: Final = 120
"""Thirteen seconds on two idle cores; a loaded machine is slow, not broken."""
FEED_MS_MAX: Final = 5_000
DRAIN_S_MAX: Final = 10


async def test_everything_is_ready_and_the_administrator_is_told_once(whole: Whole) -> None:
    assert whole.seconds < START_S_MAX
    for name in (*SERVICES, "postgres", "kafka", "gateway"):
        assert {one.health for one in whole.deployment.instances[name]} == {"healthy"}
    told = [line for line in whole.said if "first administrator" in line]
    assert len(told) == 1
    assert re.fullmatch(r"agency: first administrator: admin  password: \S+", told[0])


async def test_a_report_through_the_gateway_reaches_the_feed(whole: Whole) -> None:
    delays = await whole.reports(20)

    assert len(delays) == 20
    assert max(delays) < FEED_MS_MAX


async def test_a_session_that_was_opened_at_agency_is_known_to_each_service(whole: Whole) -> None:
    password = next(line for line in whole.said if "first administrator" in line).split()[-1]
    origin = whole.deployment.origin
    async with httpx.AsyncClient(base_url=origin, trust_env=False, timeout=PATIENCE_S) as http:
        signed_in = await http.post(
            "/v1/session",
            json={"sign_in": "admin", "password": password},
            headers={"Origin": origin},
        )
        assert signed_in.status_code in (200, 201), signed_in.text
        cookie = signed_in.headers["set-cookie"].partition(";")[0]
        for path in ("/v1/people", "/v1/incidents", "/v1/cells", "/v1/units", "/v1/picture"):
            bare = await http.get(path)
            known = await http.get(path, headers={"Cookie": cookie})
            assert (bare.status_code, known.status_code != 401) == (401, True), path
        foreign = await http.post(
            "/v1/stations", json={}, headers={"Cookie": cookie, "Origin": "http://elsewhere.test"}
        )
        assert foreign.json()["code"] == "cross_site"


async def test_each_service_reaches_its_own_database_and_no_other(whole: Whole) -> None:
    url = whole.deployment.instance("geo").environment()["BEACONFIRE_DATABASE_URL"]
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("select current_user") == "geo"
    await connection.close()

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(url.replace("/geo?", "/agency?"))
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url.partition("?")[0], password="guessed")


async def test_secrets_are_their_readers_alone(whole: Whole) -> None:
    for volume in ("keys", "passwords"):
        for name in SERVICES:
            for file in (whole.deployment.volume(volume) / name).iterdir():
                assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


@pytest.mark.parametrize("name", ["situation", "kafka", "postgres", "gateway"])
async def test_whatever_is_killed_comes_back_and_nothing_is_missing(
    whole: Whole, name: str
) -> None:
    one = whole.deployment.instance(name)
    before = one.pid

    await one.kill()
    await until(lambda: one.pid not in (None, before) and one.health == "healthy", 120)
    await settled(whole)

    assert len(await whole.reports(5)) == 5


@pytest.mark.parametrize("name", SERVICES)
async def test_whoever_is_asked_to_stop_drains_in_time(whole: Whole, name: str) -> None:
    one, log = whole.deployment.instance(name), whole.deployment.log(name)
    written = log.stat().st_size

    took = await one.stop()
    code = one.code
    await one.start()
    await until(lambda: one.health == "healthy", 120)

    assert (took < DRAIN_S_MAX, code) == (True, 0)
    said = log.read_bytes()[written:].decode().splitlines()
    assert [line for line in said if "[error" in line] == []


async def test_a_bare_process_of_the_same_libraries_comes_back(whole: Whole) -> None:
    assert await bare_return_ms(whole.deployment) > 0


async def test_reports_go_on_while_one_instance_after_the_other_is_started_anew(
    whole: Whole,
) -> None:
    await settled(whole)
    over = asyncio.Event()
    reporting = asyncio.create_task(report_until(over, whole))
    for index in (0, 1):
        one = whole.deployment.instance("incident", index)
        await one.stop()
        await one.start()
        await until(lambda one=one: one.health == "healthy", 120)
    over.set()

    first, again, failed = await reporting

    assert first + again >= 20, "too few reports: this run proves nothing"
    assert failed == []


async def test_the_picture_is_made_anew_from_the_topics_and_is_the_same(whole: Whole) -> None:
    await settled(whole)
    assert len(await whole.reports(5)) == 5
    one = whole.deployment.instance("situation")
    command = [
        sys.executable,
        "-m",
        "beaconfire",
        "log",
        "replay",
        "--consumer",
        "situation",
        "--reason",
        "a better fold",
    ]

    async def replayed() -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *command, env=os.environ | one.environment(),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode, said.decode()

    while_it_runs = await replayed()
    await whole.deployment.stop_service("situation")
    code, said = await replayed()
    until_at = time.monotonic() + 60
    while "told meanwhile" in said and time.monotonic() < until_at:
        code, said = await replayed()
    await whole.deployment.start_service("situation")

    assert one.health == "healthy"
    assert while_it_runs[0] != 0
    assert "stop" in while_it_runs[1]
    assert (code, "the same as before" in said) == (0, True), said
    assert "0 outside effects asked for, 0 facts parked" in said
    assert len(await whole.reports(5)) == 5


async def test_what_was_taken_in_is_there_after_everything_was_stopped(whole: Whole) -> None:
    async def incidents() -> set[str]:
        async with httpx.AsyncClient(
            base_url=whole.deployment.origin, trust_env=False, timeout=PATIENCE_S
        ) as http:
            bearer = {"Authorization": f"Bearer {whole.dispatcher}"}
            answer = await http.get("/v1/incidents?limit=100", headers=bearer)
            assert answer.status_code == 200, answer.text
            return {one["id"] for one in answer.json()["items"]}

    await settled(whole)
    before = await incidents()
    told = len([line for line in whole.said if "first administrator" in line])

    took = await whole.deployment.stop()
    await whole.deployment.start()
    await settled(whole)

    assert len(before) >= 20
    assert await incidents() == before
    assert len(await whole.reports(5)) == 5
    assert len([line for line in whole.said if "first administrator" in line]) == told == 1
    assert {name: seconds for name, seconds in took.items() if seconds >= DRAIN_S_MAX} == {}
    stayed = (*SERVICES, "postgres", "kafka", "gateway")
    assert len(took) == sum(len(whole.deployment.instances[name]) for name in stayed)


async def report_until(over: asyncio.Event, whole: Whole) -> tuple[int, int, list[str]]:
    """Ten reports a second; how many were taken at once, how many when asked anew, the rest."""
    taken, failed = [0, 0], list[str]()
    bearer = {"Authorization": f"Bearer {whole.dispatcher}"}
    body = {"channel": "phone", "type": "fire.structure", "text": "smoke"}
    async with httpx.AsyncClient(
        base_url=whole.deployment.origin, trust_env=False, timeout=PATIENCE_S
    ) as http:

        async def report() -> None:
            headers = {**bearer, "Idempotency-Key": new_id()}
            at = {"lon": random.uniform(170, 178), "lat": random.uniform(-45, -35)}
            for attempt in (0, 1):
                answer = await http.post(
                    "/v1/reports",
                    json={**body, "position": {**at, "accuracy_m": 20.0}},
                    headers=headers,
                )
                if answer.status_code == 201:
                    taken[attempt] += 1
                    return
                await asyncio.sleep(1)
            failed.append(answer.text)

        async with asyncio.TaskGroup() as group:
            while not over.is_set():
                group.create_task(report())
                await asyncio.sleep(0.1)
    return taken[0], taken[1], failed


async def settled(whole: Whole) -> None:
    """Wait until a dispatcher is let in: sessions, tokens and databases are all back."""
    until_at = time.monotonic() + 60
    async with httpx.AsyncClient(
        base_url=whole.deployment.origin, trust_env=False, timeout=PATIENCE_S
    ) as http:
        bearer = {"Authorization": f"Bearer {whole.dispatcher}"}
        while True:
            answers = [
                await http.get(path, headers=bearer)
                for path in ("/v1/incidents", "/v1/picture", "/v1/units")
            ]
            if all(one.status_code == 200 for one in answers):
                return
            assert time.monotonic() < until_at, [one.text for one in answers]
            await asyncio.sleep(0.2)
