"""A seeding that was broken off goes on: doing it twice lays out one city."""

from typing import Any

import pytest

from beaconfire.demo.city import load_city
from beaconfire.demo.seed import Seeder, new_passwords


@pytest.mark.asyncio
async def test_a_second_seeding_adds_nothing_but_fresh_tokens(city: Any) -> None:
    admin = city.client("admin")
    token = admin.headers["Authorization"].removeprefix("Bearer ")
    before = {
        path: len(city.items(admin, path))
        for path in ("/v1/bodies", "/v1/stations", "/v1/units", "/v1/seats", "/v1/people")
    }
    said: list[str] = []

    known = await Seeder(city.node.origin, token, load_city("auckland"), said.append).run()

    after = {path: len(city.items(admin, path)) for path in before}
    assert after == before
    assert len(known.crews) == before["/v1/units"]
    assert len(known.workers) == 293
    assert said[0].startswith("laying out Auckland")


@pytest.mark.asyncio
async def test_each_start_makes_passwords_of_its_own(city: Any) -> None:
    token = city.client("admin").headers["Authorization"].removeprefix("Bearer ")
    words = iter(["a lantern on the wall", "a bell in the tower", "a horn at sea", "a flag of red"])

    told = await new_passwords(city.node.origin, token, lambda: next(words))

    assert len(set(told.values())) == len(told) == 4
