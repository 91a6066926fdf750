"""However often it is killed, a new subscriber is told once of each thing how it stands."""

import asyncio
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import pytest

from beaconfire_agency.adapters.beginnings import (
    BEFORE_ALL,
    PAGE_THINGS_MAX,
    THINGS,
    Beginnings,
    next_page,
)
from beaconfire_agency.adapters.sharing_rows import PgSharing
from beaconfire_agency.application.show_what_stands import show_what_stands
from beaconfire_agency.domain.sharing import Known
from beaconfire_agency.entrypoints.consumer import may_see
from beaconfire_contracts.facts.dispatch import UnitRegistered, UnitStatusChanged
from beaconfire_contracts.ids import BodyId, UnitId
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.log_harness import as_role

from .dying_beginnings import CAUSE

CHILD: Final = Path(__file__).parent / "dying_beginnings.py"
PAGES: Final = 10
COPIES: Final = (PAGES - 1) * PAGE_THINGS_MAX
MOVING: Final = 20
"""Units that change while all of that is told."""
_COPY: Final = """
    insert into known (kind, id, source, data)
    select kind, gen_random_uuid(), source, data from known, generate_series(1, $2) where id = $1
"""
_TOLD: Final = """
    select key::text, key_version, data from shared_event where body = $1 order by txid, row
"""
_AT: Final = "select told_up_to from subscription where body = $1 and ended_at is null"


@dataclass(slots=True)
class City:
    """A body with many units that has just subscribed, and none of them was told of."""

    centre: Any
    dsn: str
    body: str
    moving: tuple[UnitId, ...]

    @property
    def pool(self) -> asyncpg.Pool:
        """Agency's own."""
        return self.centre.under_test.ground.database.pool

    @property
    def beginnings(self) -> Beginnings:
        """As a process of agency has them."""
        return Beginnings(self.centre.under_test.ground.database, may_see)

    async def at(self) -> Any:
        """How far it was told; None once it was told of all."""
        return await self.pool.fetchval(_AT, self.body)

    async def move(self, status: UnitStatus) -> None:
        """Some units change, and the consumer tells of it."""
        changed = an_example_of(UnitStatusChanged)
        await self.centre.under_test.tell(
            *(replace(changed, unit_id=one, status=status) for one in self.moving)
        )
        await self.centre.under_test.catch_up()

    async def told(self) -> Sequence[Any]:
        """What the body was told of units, in order."""
        found = await self.pool.fetch(_TOLD, self.body)
        return [one for one in found if one["key"] != self.body]

    async def child(self, kind: str) -> asyncio.subprocess.Process:
        """Another process that goes on with it."""
        return await asyncio.create_subprocess_exec(sys.executable, CHILD, self.dsn, kind)


@pytest.fixture
async def city(centre: Any, database: str) -> City:
    body = (await centre.body("power", "root.power", kind="utility"))["id"]
    moving = tuple(UnitId(str(uuid4())) for _ in range(MOVING))  # among the others, not before them
    unit = replace(an_example_of(UnitRegistered), body=BodyId(body))
    await centre.under_test.tell(*(replace(unit, unit_id=one) for one in moving))
    await centre.under_test.catch_up()
    found = City(centre, as_role(database, "beaconfire_agency"), body, moving)
    await found.pool.execute(_COPY, moving[0], COPIES)
    answer = await centre.administrator.post("/v1/subscriptions", json={"body": body})
    assert answer.status_code == 201, answer.text
    await centre.under_test.catch_up()
    return found


async def killed(city: City, kind: str, chance: random.Random) -> int:
    """Let processes go on, killing each soon after it went on, until all is told; how many died."""
    kills = 0
    while (at := await city.at()) is not None:
        child = await city.child(kind)
        async with asyncio.timeout(30):
            while await city.at() == at:  # noqa: ASYNC110  (rows tell nobody)
                await asyncio.sleep(0.001)
        # the first two at once: on a busy machine it is done before one would be killed later
        await asyncio.sleep(chance.uniform(0, 0.2) if kills >= 2 else 0)
        if kills < PAGES // 2:
            await city.move(chance.choice([*UnitStatus]))
        child.kill()
        await child.wait()
        kills += 1
    return kills


async def flaws(city: City) -> list[str]:
    """What was lost, told twice, or told in another order than it happened."""
    told: dict[str, list[Any]] = {}
    for one in await city.told():
        told.setdefault(one["key"], []).append(one)
    found = [] if len(told) == COPIES + MOVING else [f"{len(told)} things were told of"]
    for key, own in told.items():
        if [one["key_version"] for one in own] != list(range(1, len(own) + 1)):
            found.append(f"{key} came in another order")
        if any(one["data"] == after["data"] for one, after in pairwise(own)):
            found.append(f"{key} came twice")
        status = await city.pool.fetchval("select data->>'status' from known where id = $1", key)
        if json.loads(own[-1]["data"])["status"] != status:
            found.append(f"{key} is {status} and was told as something else")
    return found


async def test_who_is_killed_again_and_again_tells_of_each_thing_once(city: City) -> None:
    kills = await killed(city, "Beginnings", random.Random(7))

    assert kills >= 2, "it was never killed on its way: this run proves nothing"
    assert await flaws(city) == []


async def test_one_that_writes_down_first_what_it_tells_is_caught(city: City) -> None:
    await killed(city, "PositionFirst", random.Random(7))

    told = {one["key"] for one in await city.told()}
    assert len(told) < COPIES + MOVING


async def test_no_transaction_tells_of_more_than_a_page(city: City) -> None:
    while await city.beginnings.step():
        pass

    pages = await city.pool.fetch(
        "select count(*) from shared_event where body = $1 group by txid order by min(row)",
        city.body,
    )
    assert [one["count"] for one in pages] == [1, *[PAGE_THINGS_MAX] * (PAGES - 1), MOVING]
    assert await city.at() is None


async def test_two_processes_and_the_consumer_tell_of_each_change_once_and_in_order(
    city: City,
) -> None:
    await together(city, city.beginnings, city.beginnings)

    assert await flaws(city) == []


class Slowly(PgSharing):
    """What stands may have changed by the time at which it is told."""

    async def standing(self, things: Sequence[str]) -> Sequence[Known]:
        found = await super().standing(things)
        await asyncio.sleep(0.05)
        return found


class WithoutLocks(Beginnings):
    """The planted fault: it does not wait for the consumer that tells of the same thing."""

    async def step(self) -> bool:
        async with self._database.reading() as connection:
            page = await next_page(connection)
        if page is None:
            return False
        async with self._database.transaction(cause=CAUSE) as tx:
            await show_what_stands(page, sharing=Slowly(tx.connection), may_see=may_see)
        return True


async def test_one_that_waits_for_nobody_is_caught(city: City) -> None:
    await together(city, WithoutLocks(city.centre.under_test.ground.database, may_see))

    assert await flaws(city) != []


async def together(city: City, *beginnings: Beginnings) -> None:
    """Go on while things change, until all is told."""
    running = [asyncio.create_task(one.watch_forever()) for one in beginnings]
    statuses = cycle(UnitStatus)
    async with asyncio.timeout(60):
        while await city.at() is not None:
            await city.move(next(statuses))
    for one in running:
        one.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_a_page_is_found_by_the_key_however_much_is_known(city: City, database: str) -> None:
    owner = await asyncpg.connect(database, server_settings={"search_path": "agency"})
    await owner.execute(_COPY, city.moving[0], 50_000)
    await owner.execute("vacuum analyze known")
    plans: dict[str, str] = {}
    for mode in ("force_custom_plan", "force_generic_plan"):
        await owner.execute(f"set plan_cache_mode = {mode}")
        told = await owner.fetch(f"explain {THINGS}", BEFORE_ALL, PAGE_THINGS_MAX)
        plans[mode] = "\n".join(one[0] for one in told)
    await owner.close()

    assert [plan for plan in plans.values() if "Seq Scan" in plan or "Sort" in plan] == []


async def test_nobody_waits_for_the_whole_of_anothers_beginning(city: City) -> None:
    centre = city.centre
    await city.beginnings.step()
    water = (await centre.body("water", "root.water", kind="utility"))["id"]
    answer = await centre.administrator.post("/v1/subscriptions", json={"body": water})
    assert answer.status_code == 201
    await centre.under_test.catch_up()
    beginnings = city.beginnings
    zero = await city.pool.fetchval(_AT, water)

    await beginnings.step()
    await beginnings.step()

    assert await city.pool.fetchval(_AT, water) != zero


async def test_who_ends_in_the_middle_is_told_nothing_more(city: City) -> None:
    await city.beginnings.step()
    [subscription] = (await city.centre.administrator.get("/v1/subscriptions")).json()["items"]
    await city.centre.administrator.post(f"/v1/subscriptions/{subscription['id']}/end", json={})

    went_on = await city.beginnings.step()
    await city.centre.under_test.catch_up()

    assert not went_on
    assert len(await city.told()) == PAGE_THINGS_MAX
    last = await city.pool.fetchrow(
        "select type from shared_event where body = $1 order by txid desc, row desc", city.body
    )
    assert last is not None
    assert last["type"] == "beaconfire.shared.sharing-ended.v1"
