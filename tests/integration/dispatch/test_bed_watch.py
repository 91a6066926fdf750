"""The watch of beds lets them go by itself."""

import asyncio

from beaconfire_contracts.facts.casualties import DestinationReleased
from beaconfire_dispatch.adapters.bed_watch import BedWatch
from beaconfire_testkit.city import City, post
from beaconfire_testkit.hospitals import a_hospital


async def test_it_lets_a_bed_go_when_the_order_ended(city: City) -> None:
    await a_hospital(city, "H1", away=0.01, beds=1)
    [one] = await city.order(await city.incident("medical"), "A1")
    await post(city.desk, f"/v1/assignments/{one['id']}/destination", {})
    await city.step(one, "on-scene")
    await city.step(one, "clear")
    ground = city.running.ground
    watch = asyncio.create_task(BedWatch(ground.database, ground.clock).watch_forever())
    try:
        for _ in range(200):
            if await city.running.told(DestinationReleased):
                break
            await asyncio.sleep(0.02)
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)

    assert len(await city.running.told(DestinationReleased)) == 1
