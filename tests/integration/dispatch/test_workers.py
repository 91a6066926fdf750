"""A grid worker of the city under test is asked to look, and sees no other's work."""

from beaconfire_testkit.city import CELL, City, get
from beaconfire_testkit.workers import VERIFIED, a_worker_of, as_worker


async def test_each_worker_reads_what_they_are_asked_to_look_at(city: City) -> None:
    here, there = await a_worker_of(city, CELL), await a_worker_of(city, "akl.d1.c2")

    await city.incident(VERIFIED)

    [task] = (await get(as_worker(city, here), "/v1/tasks"))["items"]
    assert task["person_id"] == here
    assert (await get(as_worker(city, there), "/v1/tasks"))["items"] == []
