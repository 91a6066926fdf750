"""Desks, crews, merges, closings, planner and deadlines at once: the picture stays true."""

import asyncio
import random
from typing import Any

from beaconfire_contracts.facts.dispatch import (
    AssignmentCancelled,
    AssignmentDispatched,
    AssignmentRehomed,
    Reminded,
    UnitStatusChanged,
)
from beaconfire_dispatch.adapters.deadlines import Deadlines
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_testkit.city import City, get

ROUNDS = 25
ROUNDS_MAX = 250
"""By then everything that can happen has happened, whatever chance and the machine's load say."""
HAPPENS = (AssignmentDispatched, AssignmentRehomed, AssignmentCancelled, Reminded)
STEPS = ("acknowledge", "en-route", "on-scene", "clear", "refuse", "cancel")
_WRONG = """
    select a.assignment_id from assignment a join unit u using (unit_id)
    join demand home on home.incident_id = a.home_incident_id
    left join demand here on here.incident_id = a.incident_id
    where upper_inf(a.during) and (
        here.ended or a.incident_id <> coalesce(home.merged_into, home.incident_id)
        or u.primary_status = 'available' or u.fence <> a.fence)
"""
_IDLE_BUT_SENT = """
    select u.call_sign from unit u where u.status in ('dispatched', 'acknowledged', 'en_route',
        'on_scene') and not exists (select from assignment a
            where a.unit_id = u.unit_id and upper_inf(a.during))
"""
_PATIENCE_GONE = """
    update assignment set acknowledge_by = acknowledge_by - interval '1 hour',
        asked_wall = asked_wall - interval '5 seconds' where random() < 0.5
"""


async def _dispatcher(
    city: City, incidents: list[str], seed: int, enough: asyncio.Event
) -> set[int]:
    """Orders, steps and statuses by chance until there were enough; the answers' codes."""
    chance, desk = random.Random(seed), city.desk
    units = [one["id"] for one in city.units.values()]
    codes: set[int] = set()
    while not enough.is_set():
        path = f"/v1/incidents/{chance.choice(incidents)}/dispatch"
        asked: dict[str, Any] = {"unit_ids": chance.sample(units, chance.randint(1, 2))}
        codes.add((await desk.post(path, json=asked)).status_code)
        opened = (await get(desk, "/v1/assignments", state="open"))["items"]
        if opened:
            verb = chance.choice(STEPS)
            body = {"reason": "by_chance"} if verb in ("refuse", "cancel") else {}
            path = f"/v1/assignments/{chance.choice(opened)['id']}/{verb}"
            codes.add((await desk.post(path, json=body)).status_code)
        status = {"status": chance.choice(("in_service", "returning"))}
        path = f"/v1/units/{chance.choice(units)}/status"
        codes.add((await desk.post(path, json=status)).status_code)
    return codes


async def _incidents_change(
    city: City, deadlines: Deadlines, incidents: list[str], enough: asyncio.Event
) -> None:
    """Merged, split, closed, and new ones opened in their place, until each kind has happened."""
    chance = random.Random(7)
    for done in range(ROUNDS_MAX):
        if done >= ROUNDS and all([await city.running.told(kind) for kind in HAPPENS]):
            break
        first, second, third = chance.sample(range(len(incidents)), 3)
        await city.merge(incidents[first], incidents[second])
        await city.running.catch_up()
        await deadlines.settle()
        await city.split(incidents[first], incidents[second])
        await city.close(incidents[third])
        incidents[third] = await _heard(city, await city.incident())
    enough.set()


async def _heard(city: City, incident_id: str) -> str:
    """A fact is read once every transaction that was open beside it has ended."""
    while (await city.desk.get(f"/v1/incidents/{incident_id}/recommendation")).status_code == 503:
        await city.running.catch_up()
    return incident_id


async def _machines_run(city: City, deadlines: Deadlines, planner: Planner) -> None:
    while True:
        await city.running.ground.database.pool.execute(_PATIENCE_GONE)
        await deadlines.settle()
        await deadlines.remind()
        await planner.plan()


async def test_whatever_happens_at_once_the_picture_is_true_afterwards(
    city: City, deadlines: Deadlines, planner: Planner
) -> None:
    incidents = [await city.incident() for _ in range(5)]
    enough = asyncio.Event()
    machines = asyncio.create_task(_machines_run(city, deadlines, planner))

    codes, _ = await asyncio.gather(
        asyncio.gather(*(_dispatcher(city, incidents, seed, enough) for seed in range(4))),
        _incidents_change(city, deadlines, incidents, enough),
    )
    machines.cancel()
    [ended] = await asyncio.gather(machines, return_exceptions=True)
    await city.running.catch_up()
    while await deadlines.settle():
        pass

    assert isinstance(ended, asyncio.CancelledError)
    assert set[int]().union(*codes) <= {200, 201, 409}
    pool = city.running.ground.database.pool
    assert await pool.fetch(_WRONG) == []
    assert await pool.fetch(_IDLE_BUT_SENT) == []
    for happened in HAPPENS:
        assert await city.running.told(happened), happened
    last = {one.unit_id: one for one in await city.running.told(UnitStatusChanged)}
    for unit in (await get(city.desk, "/v1/units"))["items"]:
        told = last[unit["id"]]
        assert (told.status, told.incident_id) == (unit["status"], unit["incident_id"])
