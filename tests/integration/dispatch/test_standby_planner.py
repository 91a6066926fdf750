"""A unit that frees is proposed a better place once; a desk follows or not; moves keep a budget."""

import asyncio
from typing import Any

import pytest

from beaconfire_contracts.facts.standing_by import StandbyProposed
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.standby_planner import StandbyPlanner
from beaconfire_platform.log.lease import Lease
from beaconfire_testkit.city import City, get


@pytest.fixture
async def standby(city: City) -> StandbyPlanner:
    return await _planning(city)


async def _planning(city: City) -> StandbyPlanner:
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)
    lease = Lease(ground.database, "planner", "test")
    assert await lease.keep()
    return StandbyPlanner(ground.database, ground.clock, roads, lease)


async def _two_places(city: City) -> dict[str, Any]:
    """Another station of the same body, and a city that called from there as often as here."""
    there = {"lon": 174.95, "lat": -36.95}
    for _ in range(3):
        await city.close(await city.incident("fire"))
        await city.close(
            await city.incident("fire", at=(there["lon"], there["lat"]), path="akl.d2.c2.g2")
        )
    return await city.add_station("S2", point=there)


async def _freed(city: City, call_sign: str) -> None:
    [order] = await city.order(await city.incident("fire"), call_sign)
    await city.step(order, "clear")


async def test_who_frees_is_proposed_the_empty_station_once_and_goes_when_the_desk_says_so(
    city: City, standby: StandbyPlanner
) -> None:
    other = await _two_places(city)
    await _freed(city, "E1")

    assert (await standby.plan(), await standby.plan()) == (1, 0)

    [told] = await city.running.told(StandbyProposed)
    assert (told.unit_id, told.station_id) == (city.units["E1"]["id"], other["id"])
    [listed] = (await get(city.desk, "/v1/standby"))["items"]
    assert (listed["state"], listed["reason"], listed["station"]) == ("proposed", "freed", "S2")
    path = f"/v1/units/{told.unit_id}/standby"
    answer = await city.desk.put(path, json={"station_id": other["id"]})
    assert (answer.json()["state"], answer.json()["reason"]) == ("ordered", "freed")
    assert await standby.plan() == 0


async def test_what_a_desk_declines_is_not_proposed_again_before_its_next_order(
    city: City, standby: StandbyPlanner
) -> None:
    await _two_places(city)
    await _freed(city, "E1")
    await standby.plan()

    answer = await city.desk.delete(f"/v1/units/{city.units['E1']['id']}/standby")

    assert answer.status_code == 204
    assert (await get(city.desk, "/v1/standby"))["items"] == []
    assert await standby.plan() == 0
    await _freed(city, "E1")
    assert await standby.plan() == 1


async def test_nobody_is_moved_up_until_somebody_says_so_and_then_within_the_budget(
    city: City, standby: StandbyPlanner
) -> None:
    await _two_places(city)
    assert await standby.plan() == 0
    rules = {
        "level_price": 0.0, "cover_price": 0.0, "diversions_max": 1,
        "move_gain_min": 0.02, "moves_per_hour_max": 1,
    }  # fmt: skip
    await city.centre.client(Role.SHIFT_LEADER).put("/v1/engine-rules", json=rules)

    assert (await standby.plan(), await standby.plan()) == (1, 0)

    [listed] = (await get(city.desk, "/v1/standby"))["items"]
    assert listed["reason"] == "move_up"
    await city.desk.delete(f"/v1/units/{listed['unit_id']}/standby")
    assert await standby.plan() == 0  # the hour's budget is used


async def test_nobody_moves_up_while_somebody_waits_whose_order_was_undone(
    city: City, standby: StandbyPlanner
) -> None:
    await _two_places(city)
    rules = {
        "level_price": 0.0, "cover_price": 0.0, "diversions_max": 1,
        "move_gain_min": 0.02, "moves_per_hour_max": 1,
    }  # fmt: skip
    await city.centre.client(Role.SHIFT_LEADER).put("/v1/engine-rules", json=rules)
    waits = await city.incident("fire")
    [order] = await city.order(waits, "L1")
    await city.step(order, "recall", reason="desk_recalled")

    assert await standby.plan() == 0
    await city.close(waits)
    assert await standby.plan() == 1


async def test_who_is_about_to_be_sent_is_placed_nowhere_else(city: City, planner: Planner) -> None:
    await _two_places(city)
    await _freed(city, "E1")
    waits = await city.incident("fire")
    await planner.plan()
    advice = await get(city.desk, f"/v1/incidents/{waits}/recommendation")
    assert [one["call_sign"] for one in advice["options"][0]["units"]] == ["E1"]

    assert await (await _planning(city)).plan() == 0
    await city.close(waits)
    assert await (await _planning(city)).plan() == 1


async def test_whoever_plans_no_more_proposes_nothing(city: City, standby: StandbyPlanner) -> None:
    await _two_places(city)
    await _freed(city, "E1")
    pool = city.running.ground.database.pool
    await pool.execute("update lease set fence = fence + 1, holder = 'other'")

    assert await standby.plan() == 0
    assert await city.running.told(StandbyProposed) == []


async def test_two_planners_at_once_propose_once(city: City, standby: StandbyPlanner) -> None:
    await _two_places(city)
    await _freed(city, "E1")
    ground = city.running.ground
    lease = Lease(ground.database, "planner", "test")  # the same process begun anew, as it ends
    assert await lease.keep()
    other = StandbyPlanner(
        ground.database, ground.clock, Roads(ground.database, ground.http), lease
    )

    told = await asyncio.gather(standby.plan(), other.plan())

    assert len(await city.running.told(StandbyProposed)) == 1, told
