"""A deployment whose services run apart: parts restarted, standing by, away, and what goes on."""

import asyncio
import json
import os
import random
import time
from typing import Any, Final

import asyncpg
import pytest
from tests.integration.deploy.conftest import SERVICES, Whole, until
from tests.integration.deploy.paced import paced

from beaconfire.bench.client import PlainClient
from beaconfire.simulation.api import Api
from beaconfire_platform.ids import new_id

FULL: Final = os.environ.get("BEACONFIRE_PROOF") == "full"
AWAY_S: Final = 300 if FULL else 8
"""How long the broker is away."""
EVERY_S: Final = 0.05
"""Twenty reports a second."""
HELD_MIN: Final = 0.95
"""Of what is due so much is told: a client that is slow proves nothing."""
AGAIN_S: Final = 0.5
ANSWER_S_MAX: Final = 20
CATCH_UP_S_MAX: Final = 60
TAKEN_OVER_S_MAX: Final = 3 if FULL else 10
"""Promised are three seconds; a machine that runs all other tests besides gets ten."""
DRAIN_S_MAX: Final = 10
"""Within its grace, or it would have been killed in the midst of its work."""
PLACE: Final = {"lon": 174.76, "lat": -36.85}


async def report(whole: Whole, key: str, chance: random.Random) -> tuple[int, bytes, float | None]:
    """One report somewhere, on a connection of its own: status, answer, how long to wait if asked.

    By the lightest client: another takes the processor from what it reports to.
    """
    at = {"lon": chance.uniform(170, 178), "lat": chance.uniform(-45, -35), "accuracy_m": 20.0}
    body = {"channel": "phone", "type": "fire.structure", "text": key, "position": at}
    headers = f"Authorization: Bearer {whole.dispatcher}\r\nIdempotency-Key: {key}\r\n"
    async with asyncio.timeout(ANSWER_S_MAX):
        client = await PlainClient.connect(whole.port)
        try:
            status, said = await client.post("/v1/reports", json.dumps(body).encode(), headers)
        finally:
            client.writer.close()
    return status, said, client.retry_after_s


async def told(whole: Whole, chance: random.Random) -> str | None:
    """A report told with one retry, when it was asked to; why it failed all the same, if so."""
    key, whys, again_s = new_id(), list[str](), AGAIN_S
    for _ in range(2):
        try:
            status, said, asked_s = await report(whole, key, chance)
        except (OSError, EOFError, TimeoutError) as error:
            why = repr(error)
        else:
            if status == 201:
                return None
            why = f"{status} {said[:120]!r}"
            again_s = AGAIN_S if asked_s is None else asked_s
        whys.append(f"{time.strftime('%H:%M:%S')} {why}")
        await asyncio.sleep(again_s)
    return f"{key}: {'; then '.join(whys)}"


@pytest.mark.slow
async def test_a_rolling_restart_fails_nobody_who_asks_twice(whole: Whole) -> None:
    chance = random.Random(3)
    failed, stopped, ends = list[str](), list[str](), list[tuple[str, int | None, bool]]()
    ended = asyncio.Event()

    async def tell() -> None:
        if (why := await told(whole, chance)) is not None:
            failed.append(why)

    telling = asyncio.create_task(paced(tell, EVERY_S, ended))
    for service in SERVICES:
        for one in whole.deployment.instances[service]:
            stopped.append(f"{time.strftime('%H:%M:%S')} {one.name} stops")
            took_s = await one.stop()
            ends.append((one.name, one.code, took_s < DRAIN_S_MAX))
            await one.start()
            await until(lambda one=one: one.health == "healthy", 120)
    ended.set()
    pace = await telling

    said = f"{pace.told} reports, {pace.held:.1%} of what was due, {len(failed)} failed"
    print(f"rolling restart: {said}")  # noqa: T201  (its figures)
    assert pace.due > 100, "too few reports: this run proves nothing"
    assert pace.held >= HELD_MIN, "told slower than twenty a second: this run proves nothing"
    assert not failed, "\n".join((said, *stopped, *failed[:5]))
    assert [one for one in ends if one[1:] != (0, True)] == [], "not drained in time under load"


@pytest.mark.slow
@pytest.mark.proof
async def test_who_stands_by_plans_when_the_planner_dies(whole: Whole) -> None:
    connection = await asyncpg.connect(whole.dsn("dispatch"))
    try:

        async def holder() -> tuple[str, int]:
            row = await connection.fetchrow(
                "select holder, fence from dispatch.lease "
                "where name = 'planner' and until > clock_timestamp()"
            )
            return ("", 0) if row is None else (row["holder"], row["fence"])

        before, fence = await holder()
        [planning] = [
            one
            for one in whole.deployment.instances["dispatch"]
            if one.pid is not None and before.endswith(f"-{one.pid}")
        ]
        began = time.monotonic()
        await planning.kill(comes_back=False)
        async with asyncio.timeout(60):
            while (now := await holder())[0] in ("", before):  # noqa: ASYNC110  (rows have no event)
                await asyncio.sleep(0.02)
        took_s = time.monotonic() - began
        print(f"taken over after {took_s:.2f} s")  # noqa: T201  (its figure)
        [standing_by] = [one for one in whole.deployment.instances["dispatch"] if one != planning]
        assert now[0].endswith(f"-{standing_by.pid}"), "another one plans"
        assert now[1] > fence
        assert took_s <= TAKEN_OVER_S_MAX
        await planning.start()
        await until(lambda: planning.health == "healthy", 120)
    finally:
        await connection.close()


async def a_unit(whole: Whole) -> str:
    """A station in the centre's area and a unit that stands there."""
    async with whole.client() as http:
        http.headers["Authorization"] = f"Bearer {await whole.token('admin')}"
        api = Api(http, await whole.token("admin"))
        bodies: list[dict[str, Any]] = (await api.get("/v1/bodies"))["items"]
        body = next(one["id"] for one in bodies if one["kind"] == "centre")
        names = {"name_zh": "站", "name_en": "Station"}
        place = {"body": body, "point": PLACE, "division": "akl"}
        station = await api.post("/v1/stations", {"code": "S1", **names, **place})
        unit = {
            "call_sign": "E1", "kind": "engine", "station_id": station["id"],
            "capabilities": ["pump"],
        }  # fmt: skip
        return str((await api.post("/v1/units", unit))["id"])


@pytest.mark.slow
@pytest.mark.proof
async def test_while_the_broker_is_away_each_service_goes_on_and_all_is_caught_up(
    whole: Whole,
) -> None:
    unit_id = await a_unit(whole)
    books, broker, chance = (
        whole.books,
        whole.deployment.instance("kafka"),
        random.Random(5),
    )
    await broker.kill(comes_back=False)
    away_since = time.monotonic()
    failed: list[str] = []
    ended = asyncio.Event()

    async def tell() -> None:
        if (why := await told(whole, chance)) is not None:
            failed.append(why)

    async with whole.client() as http:
        _, answer, _ = await report(whole, new_id(), chance)
        incident = json.loads(answer)["incident_id"]
        # dispatch cannot have heard of it: it looks at the incident by HTTP
        ordered = await http.post(
            f"/v1/incidents/{incident}/dispatch",
            json={"unit_ids": [unit_id]},
            headers={"Idempotency-Key": new_id()},
        )
        assert ordered.status_code == 201, ordered.text
    telling = asyncio.create_task(paced(tell, EVERY_S, ended))
    await asyncio.sleep(away_since + AWAY_S - time.monotonic())
    ended.set()
    pace = await telling
    behind = await books.behind(await books.told())

    await broker.start()
    began = time.monotonic()
    async with asyncio.timeout(10 * CATCH_UP_S_MAX):
        while any((await books.behind(await books.told())).values()):  # noqa: ASYNC110  (same)
            await asyncio.sleep(0.25)
    caught_up_s = time.monotonic() - began

    said = f"away {AWAY_S} s: {pace.told} reports, caught up after {caught_up_s:.1f} s"
    print(said)  # noqa: T201  (its figures)
    assert failed == []
    assert behind["dispatch"] > 0, "nobody fell behind: this run proves nothing"
    assert caught_up_s <= CATCH_UP_S_MAX
    assert sum((await books.set_aside()).values()) == 0
