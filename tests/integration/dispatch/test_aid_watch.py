"""The watch of aid passes on what nobody answers, by itself."""

import asyncio

from beaconfire_contracts.facts.aid import AidRequested
from beaconfire_dispatch.adapters.aid_watch import AidWatch
from beaconfire_testkit.city import City, post
from beaconfire_testkit.neighbours import Neighbourhood

ENGINES = {"needs": [{"capability": "engine", "count": 2}]}


async def test_it_asks_the_next_by_itself(
    city: City, around: Neighbourhood, aid_watch: AidWatch
) -> None:
    await post(city.desk, f"/v1/incidents/{await city.incident()}/aid", ENGINES, status=201)
    await city.running.ground.database.pool.execute(
        "update aid set due_at = due_at - interval '1 hour', "
        "asked_wall = asked_wall - interval '5 seconds'"
    )
    watch = asyncio.create_task(aid_watch.watch_forever())
    try:
        for _ in range(200):
            if len(await city.running.told(AidRequested)) == 2:
                break
            await asyncio.sleep(0.02)
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)

    assert [one.body for one in await city.running.told(AidRequested)] == [around.near, around.far]
