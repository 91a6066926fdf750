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
    assert len(known.workers) == 293 + 14
    assert said[0].startswith("laying out Auckland")


def test_every_place_has_a_named_worker_and_the_newcomer_sees_a_gap(city: Any) -> None:
    desk = city.client("dana")
    names = {one["id"]: one for one in city.items(city.client("admin"), "/v1/people")}

    weeks = city.items(desk, "/v1/rosters/week", area="akl.d01", day="2026-11-26")

    assert weeks[0]["area"] == "akl.d01"
    first, second = weeks[1], weeks[2]
    assert {one["part"] for one in first["shifts"]} == {"worker", "deputy"}
    assert (first["gaps_s"], second["gaps_s"]) == (2 * 8 * 3600, 0)
    assert {one["falls_to"] for one in first["gaps"]} == {"leader"}
    for shift in first["shifts"]:
        person = names[shift["person_id"]]
        assert person["name_zh"].endswith("（虚构）")
        assert person["name_en"].endswith("(invented)")


def test_what_is_invented_says_so_and_what_is_real_does_not(city: Any) -> None:
    shown = {one["code"]: one for one in city.items(city.client("dana"), "/v1/stations")}

    for station in load_city("auckland").stations:
        assert ("(invented)" in shown[station.code]["name_en"]) == station.invented
        assert ("（虚构）" in shown[station.code]["name_zh"]) == station.invented
    assert sum("fire station (invented)" in one["name_en"] for one in shown.values()) == 8


@pytest.mark.asyncio
async def test_each_desk_has_a_password_of_its_own(city: Any) -> None:
    token = city.client("admin").headers["Authorization"].removeprefix("Bearer ")
    words = iter(["a lantern on the wall", "a bell in the tower", "a horn at sea", "a flag of red"])

    told = await new_passwords(city.node.origin, token, lambda: next(words))

    assert len(set(told.values())) == len(told) == 4
