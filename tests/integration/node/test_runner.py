"""The simulation's run: everybody with their own token, and one who was refused stops nobody."""

import asyncio
import itertools
from dataclasses import replace
from typing import Any

import pytest

from beaconfire.demo.city import load_city
from beaconfire.simulation.credentials import Credentials
from beaconfire.simulation.runner import Simulation


@pytest.mark.asyncio
async def test_a_second_run_beside_the_first_sees_the_orders_and_ends_when_told(city: Any) -> None:
    path = city.folder.folder / "demo" / "credentials.json"
    known = Credentials.load(path)
    simulation = Simulation(replace(known, crews=known.crews[:3]))
    calls = itertools.islice(load_city("auckland").calls(), 3)

    running = asyncio.create_task(simulation.run(calls))
    for _ in range(100):
        await asyncio.sleep(0.1)
        if len(simulation.crews) == 3 and simulation.clock.speed == 120.0:
            break
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await simulation.close()

    assert {one.home.call_sign for one in simulation.crews.values()} == {
        one.call_sign for one in known.crews[:3]
    }
    assert all(one.hospitals for one in simulation.crews.values())
