"""A crew drives to another hospital than the one that was proposed: the bed goes with it."""

import asyncio
from typing import Any

import pytest

from beaconfire_contracts.facts.casualties import DestinationProposed, DestinationReleased
from beaconfire_contracts.ids import AssignmentId, HospitalId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.adapters.beds import PgBeds
from beaconfire_dispatch.application.bed_ports import Kept
from beaconfire_dispatch.application.move_bed import MoveBed, keys
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.hospitals import a_hospital


async def _kept(city: City) -> dict[str, int]:
    items = (await get(city.desk, "/v1/beds"))["items"]
    return {one["hospital_id"]: one["beds_kept"] for one in items}


async def _promised(city: City) -> dict[str, Any]:
    """A crew on scene for whom a bed is kept at the nearest hospital."""
    [one] = await city.order(await city.incident("medical"), "A1")
    await city.step(one, "on-scene")
    return await post(city.desk, f"/v1/assignments/{one['id']}/destination", {})


@pytest.mark.parametrize(("beds", "kept"), [(1, 1), (None, 1), (0, 0)])
async def test_the_bed_is_kept_where_they_drive_to_if_one_is_left(
    city: City, beds: int | None, kept: int
) -> None:
    near = await a_hospital(city, "H1", away=0.01, beds=1)
    other = await a_hospital(city, "H2", away=0.05, beds=beds)
    told = await _promised(city)
    assert told["hospital_id"] == near

    for _ in range(2):
        await city.step({"id": told["assignment_id"]}, "transport", hospital_id=other)

    assert await _kept(city) == {near: 0, other: kept}
    proposed = [one.hospital_id for one in await city.running.told(DestinationProposed)]
    released = [one.hospital_id for one in await city.running.told(DestinationReleased)]
    assert (proposed, released) == ([near, other], []) if kept else ([near], [near])


async def test_where_it_was_proposed_or_nobody_says_where_nothing_moves(city: City) -> None:
    near = await a_hospital(city, "H1", away=0.01, beds=1)
    told = await _promised(city)

    await city.step({"id": told["assignment_id"]}, "transport")

    assert await _kept(city) == {near: 1}
    assert len(await city.running.told(DestinationProposed)) == 1


async def test_two_that_move_beds_crosswise_wait_for_each_other(city: City) -> None:
    first, second = [
        HospitalId(await a_hospital(city, f"H{nth}", away=0.01 * nth, beds=3)) for nth in (1, 2)
    ]
    await city.add_unit("A2", "ambulance")
    orders = await city.order(await city.incident("medical"), "A1", "A2")
    database = city.running.ground.database

    async def cross(order: dict[str, Any], start: HospitalId, goal: HospitalId) -> None:
        name = AssignmentId(order["id"])
        for here, there in ((start, goal), (goal, start)) * 5:
            async with database.pool.acquire() as connection, connection.transaction():
                beds = PgBeds(connection)
                await beds.hold((here, there))
                before = await beds.of(name)
                if before is not None:
                    await beds.release(before, is_handed_over=False)
                await asyncio.sleep(0.005)
                await beds.keep(Kept(name, there), wall_now())

    await asyncio.gather(cross(orders[0], first, second), cross(orders[1], second, first))

    assert await _kept(city) == {first: 1, second: 1}


async def test_it_is_done_under_the_locks_of_the_step(city: City, tables: Any) -> None:
    [order] = await city.order(await city.incident("medical"), "A1")
    one = await tables.assignments.get(order["id"])

    locks = keys(MoveBed(one, HospitalId(order["id"])))

    assert locks == (aggregate(one.incident_id), aggregate(one.unit_id))
