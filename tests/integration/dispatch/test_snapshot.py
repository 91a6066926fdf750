"""The picture for the engine: who is free, what is still asked for, and nothing else."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from beaconfire_contracts.facts.incident import IncidentReclassified
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.vocabulary import Priority, Role
from beaconfire_dispatch.adapters.kept_picture import situation_of
from beaconfire_dispatch.adapters.known_rows import IN_QUARTERS_S, ON_THE_ROAD_S
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.snapshot import Snapshot, take_snapshot
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.engine.matching import decide
from beaconfire_platform import codec
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.city import City, post


async def _taken(city: City, whereabouts: Whereabouts) -> Snapshot:
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)
    return await take_snapshot(ground.database, roads, whereabouts, ground.clock.now())


def _free(taken: Snapshot) -> set[str]:
    return {one.call_sign for one in taken.situation.units}


async def _turned_round(city: City) -> tuple[str, str]:
    """The fire that E1 left on its way, and the one that it was turned round for."""
    first, second = await city.incident("fire"), await city.incident("fire")
    [left] = await city.order(first, "E1")
    asked = {"unit_ids": [left["unit_id"]], "leaving": [left["id"]]}
    await post(city.desk, f"/v1/incidents/{second}/dispatch", asked, status=201)
    return first, second


async def _diversions_left(city: City, whereabouts: Whereabouts) -> dict[str, int]:
    """For how many more crews of each incident others may be left."""
    taken = await _taken(city, whereabouts)
    for one in taken.situation.slots:
        assert one.may_divert == (one.diversions_left > 0)
    return {one.incident_id: one.diversions_left for one in taken.situation.slots}


async def test_a_unit_at_work_or_out_of_service_is_not_considered(
    city: City, whereabouts: Whereabouts
) -> None:
    [at_work] = await city.order(await city.incident(), "E1")
    await city.step(at_work, "on-scene")
    path = f"/v1/units/{city.units['L1']['id']}/status"
    await post(city.desk, path, {"status": "unable"})

    assert _free(await _taken(city, whereabouts)) == {"E2", "A1"}


async def test_a_crew_on_its_way_holds_its_line_and_may_be_turned_round(
    city: City, whereabouts: Whereabouts
) -> None:
    incident_id = await city.incident("fire", priority=2)
    [order] = await city.order(incident_id, "E1")

    situation = (await _taken(city, whereabouts)).situation

    [slot] = situation.slots
    [coming] = [one for one in situation.units if one.under_way is not None]
    assert (slot.held_by, slot.group, slot.may_divert) == (coming.unit_id, None, True)
    assert (coming.call_sign, coming.answering) == ("E1", 2)
    assert coming.under_way is not None
    assert coming.under_way.assignment_id == order["id"]


async def test_for_whom_a_crew_was_turned_round_none_is_again_until_the_rules_say_more(
    city: City, whereabouts: Whereabouts
) -> None:
    first, second = await _turned_round(city)
    once = await _diversions_left(city, whereabouts)
    rules = {"level_price": 0.0, "cover_price": 0.25, "diversions_max": 2, "move_gain_min": 0.1,
             "moves_per_hour_max": 0}  # fmt: skip
    await city.centre.client(Role.SHIFT_LEADER).put("/v1/engine-rules", json=rules)

    assert once == {first: 1, second: 0}
    assert await _diversions_left(city, whereabouts) == {first: 2, second: 1}
    situation = (await _taken(city, whereabouts)).situation
    assert (situation.prices.level, situation.prices.cover) == (0.0, 0.25)


async def test_what_is_on_the_way_is_not_asked_for_again(
    city: City, whereabouts: Whereabouts
) -> None:
    incident_id = await city.incident("fire.structure")
    await city.order(incident_id, "E1", "L1")

    taken = await _taken(city, whereabouts)

    asked = [one.capability for one in taken.situation.slots if one.held_by is None]
    assert sorted(asked) == ["ambulance", "engine"]


async def test_who_refused_is_asked_for_again_and_who_cleared_is_not(
    city: City, whereabouts: Whereabouts
) -> None:
    refused, cleared = await city.incident("fire"), await city.incident("fire")
    [one] = await city.order(refused, "E1")
    await city.step(one, "refuse", reason="breakdown")
    [two] = await city.order(cleared, "E2")
    await city.step(two, "clear")

    taken = await _taken(city, whereabouts)

    assert {one.incident_id for one in taken.situation.slots} == {refused}


async def test_who_is_called_back_for_another_is_replaced_before_the_crew_has_heard_it(
    city: City, whereabouts: Whereabouts
) -> None:
    needed, false = await city.incident("fire"), await city.incident("fire")
    [one] = await city.order(needed, "E1")
    [two] = await city.order(false, "E2")
    for each, reason in ((one, "needed_elsewhere"), (two, "false_report")):
        acknowledged = await city.step(each, "acknowledge")
        await city.step(acknowledged, "recall", reason=reason)

    taken = await _taken(city, whereabouts)

    assert {one.incident_id for one in taken.situation.slots} == {needed}


async def test_whom_a_desk_called_back_is_replaced_before_the_crew_has_heard_it(
    city: City, whereabouts: Whereabouts
) -> None:
    incident_id = await city.incident("fire")
    [order] = await city.order(incident_id, "E1")
    before = [one.held_by for one in (await _taken(city, whereabouts)).situation.slots]

    acknowledged = await city.step(order, "acknowledge")
    await city.step(acknowledged, "recall", reason="desk_recalled")
    after = [one.held_by for one in (await _taken(city, whereabouts)).situation.slots]

    assert (before, after) == ([city.units["E1"]["id"]], [None])


async def test_a_crew_that_was_turned_round_is_not_turned_back(
    city: City, whereabouts: Whereabouts
) -> None:
    _, second = await _turned_round(city)

    situation = (await _taken(city, whereabouts)).situation

    assert [one.is_bound for one in situation.units if one.under_way is not None] == [True]
    found = decide(situation)
    [at] = [at for at, one in enumerate(situation.units) if one.under_way is not None]
    takes = {situation.slots[row].incident_id for row, unit in found.pairs.items() if unit == at}
    assert takes <= {second}


async def _short(city: City, whereabouts: Whereabouts) -> list[str]:
    taken = await _taken(city, whereabouts)
    return sorted(one.capability for one in taken.situation.slots if one.held_by is None)


async def test_what_was_short_at_first_is_asked_for_when_the_first_has_cleared(
    city: City, whereabouts: Whereabouts
) -> None:
    incident_id = await city.incident("fire.structure")
    first, _ = await city.order(incident_id, "E1", "L1")

    await city.step(first, "clear")

    assert await _short(city, whereabouts) == ["ambulance", "engine"]


async def test_a_crew_that_broke_down_is_replaced_though_another_has_cleared(
    city: City, whereabouts: Whereabouts
) -> None:
    incident_id = await city.incident("fire.dwelling")
    first, second, _ = await city.order(incident_id, "E1", "E2", "A1")
    await city.step(first, "clear")

    await city.step(second, "refuse", reason="breakdown")

    assert await _short(city, whereabouts) == ["engine"]


async def test_whose_every_crew_has_cleared_asks_again_only_when_it_is_worse(
    city: City, whereabouts: Whereabouts
) -> None:
    incident_id = await city.incident("fire", priority=2)
    [only] = await city.order(incident_id, "E1")
    await city.step(only, "clear")
    told = replace(
        an_example_of(IncidentReclassified), incident_id=IncidentId(incident_id),
        type="fire", priority=Priority.P3,
    )  # fmt: skip
    await city.running.tell(told)
    await city.running.catch_up()
    assert await _short(city, whereabouts) == []

    await city.running.tell(replace(told, type="fire.structure", priority=Priority.P1))
    await city.running.catch_up()

    assert await _short(city, whereabouts) == ["ambulance", "engine", "ladder"]


async def test_closed_merged_and_unplaced_incidents_ask_for_nobody(
    city: City, whereabouts: Whereabouts
) -> None:
    closed, merged, goal = [await city.incident("fire") for _ in range(3)]
    await city.incident("fire", at=None)
    await city.close(closed)
    await city.merge(merged, goal)

    assert set((await _taken(city, whereabouts)).demands) == {goal}


async def test_who_is_on_the_road_leaves_sooner_than_who_is_in_quarters(
    city: City, whereabouts: Whereabouts
) -> None:
    path = f"/v1/units/{city.units['E1']['id']}/status"
    await post(city.desk, path, {"status": "returning"})

    taken = await _taken(city, whereabouts)

    leave = {one.call_sign: one.mobilise_s for one in taken.situation.units}
    assert (leave["E1"], leave["E2"]) == (ON_THE_ROAD_S, IN_QUARTERS_S)


@pytest.mark.parametrize("incidents", [0, 2])
async def test_what_is_kept_is_exactly_what_was_decided_on(
    city: City, whereabouts: Whereabouts, incidents: int
) -> None:
    for _ in range(incidents):
        await city.incident()
    taken = await _taken(city, whereabouts)

    again = situation_of(msgspec.json.decode(codec.encode(taken.picture())))

    assert (again.slots, again.units, again.method) == (
        taken.situation.slots, taken.situation.units, taken.situation.method,
    )  # fmt: skip
    assert np.array_equal(again.road_s, taken.situation.road_s)
    assert np.array_equal(again.posts_s, taken.situation.posts_s)
    assert again.road_s.shape == taken.situation.road_s.shape
