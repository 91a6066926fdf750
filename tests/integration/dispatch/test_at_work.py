"""Who is on which incident, and who of them may still be turned round."""

import pytest

from beaconfire_dispatch.adapters.at_work import AtWork, read_at_work, read_turned
from beaconfire_testkit.city import City, post


async def _at_work(city: City) -> dict[str, AtWork]:
    async with city.running.ground.database.reading() as connection:
        return {one.unit.call_sign: one for one in await read_at_work(connection)}


async def test_who_is_coming_may_be_turned_round_and_who_is_there_may_not(
    city: City,
) -> None:
    incident_id = await city.incident("fire")
    coming, there = await city.order(incident_id, "E1", "E2")
    await city.step(coming, "en-route")
    await city.step(there, "on-scene")

    found = await _at_work(city)

    assert {sign: one.may_turn for sign, one in found.items()} == {"E1": True, "E2": False}
    assert found["E1"].order.assignment_id == coming["id"]
    assert found["E1"].order.incident_id == incident_id


async def test_who_is_called_back_is_not_turned_round(city: City) -> None:
    [one] = await city.order(await city.incident("fire"), "E1")
    acknowledged = await city.step(one, "acknowledge")
    await city.step(acknowledged, "recall", reason="false_report")

    assert not (await _at_work(city))["E1"].may_turn


@pytest.mark.parametrize("reason", ["needed_elsewhere", "replaced"])
async def test_who_gives_way_fills_no_line_unless_they_arrive_all_the_same(
    city: City, reason: str
) -> None:
    [one] = await city.order(await city.incident("fire"), "E1")
    acknowledged = await city.step(one, "acknowledge")
    await city.step(acknowledged, "recall", reason=reason)

    assert await _at_work(city) == {}
    await city.step(acknowledged, "on-scene")
    assert list(await _at_work(city)) == ["E1"]


async def test_how_often_crews_were_turned_round_is_counted_by_incident(city: City) -> None:
    first, second = await city.incident("fire"), await city.incident("fire")
    [left] = await city.order(first, "E1")
    asked = {"unit_ids": [left["unit_id"]], "leaving": [left["id"]]}
    await post(city.desk, f"/v1/incidents/{second}/dispatch", asked, status=201)

    async with city.running.ground.database.reading() as connection:
        assert await read_turned(connection, [first, second]) == {second: 1}
