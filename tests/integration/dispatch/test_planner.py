"""The planner: decisions come out again from their kept picture; only news is told."""

import asyncio
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec
import pytest

from beaconfire_contracts.facts.dispatch import RecommendationMade
from beaconfire_dispatch.adapters.kept_picture import situation_of
from beaconfire_dispatch.adapters.planner import FRESH_S, LeaseLost, Planner
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.engine import explain
from beaconfire_dispatch.domain.engine.allotment import Allotment
from beaconfire_dispatch.domain.engine.explain import REASONS_LATER, Advice, advise
from beaconfire_dispatch.domain.engine.state import Situation
from beaconfire_platform import codec
from beaconfire_platform.clock import wall_now
from beaconfire_platform.log.lease import Lease
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City, get

_KEPT = """
    select incident_id::text as incident_id, answer, picture
    from recommendation join snapshot using (snapshot_id) order by made_at
"""


async def _repeat(city: City) -> int:
    """Decide again on every kept picture; each answer must come out to the byte."""
    rows = await city.running.ground.database.pool.fetch(_KEPT)
    for row in rows:
        found = advise(situation_of(msgspec.json.decode(row["picture"])))
        answer: Any = msgspec.json.decode(row["answer"])
        for beside in ("made_of", "away", "off_road_s"):
            answer.pop(beside)
        if row["incident_id"] in found:
            again: Any = msgspec.json.decode(codec.encode(found[row["incident_id"]]))
            assert again == answer
        else:
            assert (answer["options"], answer["short"]) == ([], [])
    return len(rows)


async def test_every_kept_decision_comes_out_again_from_its_kept_picture(
    city: City, planner: Planner
) -> None:
    for number in range(6):
        await city.incident(
            ("fire.structure", "medical.cardiac-arrest", "hazmat.leak")[number % 3],
            priority=1 + number % 4,
            at=(AKL[0] + number / 90, AKL[1] - number / 70),
        )
        await planner.plan()
    for call_sign in ("E1", "A1", "L1", "E2"):
        incident_id = await city.incident()
        await city.order(incident_id, call_sign)
        await planner.plan()

    assert await _repeat(city) > 10


async def test_a_picture_without_any_free_unit_is_decided_again_too(
    city: City, planner: Planner
) -> None:
    for call_sign in city.units:
        await city.order(await city.incident(None), call_sign)
    await city.incident("fire")

    await planner.plan()

    assert await _repeat(city) == 5


async def test_what_was_proposed_is_told_again_only_when_it_changes(
    city: City, planner: Planner
) -> None:
    incident_id = await city.incident("fire")
    assert await planner.plan() == 1
    assert await planner.plan() == 0
    [first] = await city.running.told(RecommendationMade)

    [proposed] = first.units
    call_sign = next(one for one, unit in city.units.items() if unit["id"] == proposed.unit_id)
    await city.order(await city.incident(None), call_sign)
    await planner.plan()

    told = [
        one for one in await city.running.told(RecommendationMade) if one.incident_id == incident_id
    ]
    assert len(told) == 2
    assert told[1].units[0].unit_id != proposed.unit_id


async def test_two_planners_at_once_tell_the_same_thing_once(
    city: City, planner: Planner, whereabouts: Any
) -> None:
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)
    other = Planner(
        ground.database, ground.clock, roads, whereabouts, Lease(ground.database, "planner", "twin")
    )
    await city.incident("fire")

    ended = await asyncio.gather(planner.plan(), other.plan(), return_exceptions=True)

    # whoever stood still for longer than its lease is refused at its end, and has told nothing
    assert [one for one in ended if not isinstance(one, LeaseLost)] in ([1], [0, 1], [1, 0])
    assert len(await city.running.told(RecommendationMade)) == 1


async def test_a_planner_that_has_stood_still_writes_nothing_once_another_plans(
    city: City, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It believes that the lease is its own; its fence says that it is not (R28)."""
    for limit in ("RENEW_S", "LIFE_S"):
        monkeypatch.setattr(f"beaconfire_platform.log.lease.{limit}", 600.0)
    database = city.running.ground.database
    assert await planner.plan() == 0
    await database.pool.execute("update lease set until = clock_timestamp() where name = 'planner'")
    assert await Lease(database, "planner", "twin").keep()
    await city.incident("fire")

    with pytest.raises(LeaseLost):
        await planner.plan()

    assert await city.running.told(RecommendationMade) == []
    assert await database.pool.fetchval("select count(*) from snapshot") == 0


async def test_the_same_units_are_kept_again_with_newer_times_and_old_pictures_go(
    city: City, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city.incident("fire")
    await planner.plan()
    pool = city.running.ground.database.pool
    first = await pool.fetchval("select snapshot_id from recommendation")
    monkeypatch.setattr("beaconfire_dispatch.adapters.planner.FRESH_S", 0.0)

    await planner.plan()
    await pool.execute("update snapshot set kept_at = kept_at - interval '1 minute'")
    await planner.plan()

    assert FRESH_S == 15.0
    assert await pool.fetchval("select count(*) from recommendation") == 1
    assert first not in [one[0] for one in await pool.fetch("select snapshot_id from snapshot")]
    assert await pool.fetchval("select count(*) from snapshot") == 2
    assert len(await city.running.told(RecommendationMade)) == 1


async def test_where_nobody_is_proposed_there_are_no_times_to_make_new(
    city: City, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city.incident("fire")
    pool = city.running.ground.database.pool
    await pool.execute("update unit set primary_status = 'out_of_service'")
    pictures = "select count(*) from snapshot"
    await planner.plan()
    monkeypatch.setattr("beaconfire_dispatch.adapters.planner.FRESH_S", 0.0)

    await planner.plan()
    assert await pool.fetchval(pictures) == 1

    monkeypatch.setattr("beaconfire_dispatch.adapters.planner.FRESH_SHORT_S", 0.0)
    await planner.plan()
    assert await pool.fetchval(pictures) == 2, "why nobody goes is looked at again all the same"


async def test_old_times_are_made_new_some_at_a_time_and_hold_up_no_news(
    city: City, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[set[str]] = []

    def noting(
        situation: Situation, only: AbstractSet[str], let_pass: Callable[[], None]
    ) -> dict[str, Advice]:
        told.append(set(only))
        return advise(situation, only, let_pass)

    monkeypatch.setattr("beaconfire_dispatch.adapters.planner.advise", noting)
    old = {await city.incident("fire", priority=1 + number) for number in range(3)}
    await planner.plan()
    monkeypatch.setattr("beaconfire_dispatch.adapters.planner.FRESH_S", 0.0)
    monkeypatch.setattr("beaconfire_dispatch.adapters.planner.FRESH_SHORT_S", 0.0)
    monkeypatch.setattr("beaconfire_dispatch.adapters.planner.REFRESHED_AT_ONCE", 2)
    await planner.plan()
    new = await city.incident("medical.cardiac-arrest", priority=4)
    await planner.plan()

    first, second, third = told
    assert first == old
    assert len(second) == 2
    assert second < old
    assert new in third
    assert third - second == {new} | (old - second)
    assert len(third) == 3


async def test_whoever_had_the_whole_allotment_is_not_explained_over_and_over(
    city: City, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "Allotment", lambda: Allotment(left=0))
    for priority in (1, 2):
        await city.incident("fire", priority=priority)

    assert await planner.plan() == 2
    assert await _kept_steps(city) == [[REASONS_LATER]] * 2
    assert await planner.plan() == 0, "the same units are no news"
    pictures = await _pictures(city)
    assert await planner.plan() == 0
    assert await _pictures(city) == pictures, "whoever had all that is allotted is not asked again"
    monkeypatch.undo()


async def test_the_less_urgent_gets_the_rest_of_its_reasons_in_the_next_round(
    city: City, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "Allotment", lambda: Allotment(left=1))
    for priority in (1, 2):
        await city.incident("fire", priority=priority)

    assert await planner.plan() == 2
    first = await _kept_steps(city)
    monkeypatch.undo()
    assert await planner.plan() == 0, "the same units are no news"

    assert first[1] == [REASONS_LATER]
    assert (await _kept_steps(city))[1] == []


async def _pictures(city: City) -> int:
    pool = city.running.ground.database.pool
    return await pool.fetchval("select count(*) from snapshot")


async def _kept_steps(city: City) -> list[list[str]]:
    rows = await city.running.ground.database.pool.fetch(
        "select answer from recommendation join demand using (incident_id) order by priority"
    )
    return [msgspec.json.decode(row["answer"])["steps"] for row in rows]


async def test_the_planner_plans_when_it_is_woken(city: City, planner: Planner) -> None:
    running = asyncio.create_task(planner.plan_forever())
    try:
        incident_id = await city.incident("fire")
        began = wall_now()
        planner.wake()
        advice: dict[str, Any] = {"options": []}
        while not advice["options"] and (wall_now() - began).total_seconds() < 4:
            await asyncio.sleep(0.02)
            advice = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert [one["capability"] for one in advice["options"][0]["units"]] == ["engine"]


async def test_a_crew_on_its_way_is_proposed_for_the_more_urgent_and_told_as_turned(
    city: City, planner: Planner
) -> None:
    held = await city.incident("fire", priority=3)
    sent = await city.order(held, "E1", "E2")
    urgent = await city.incident("fire", priority=1)

    await planner.plan()

    told = [one for one in await city.running.told(RecommendationMade) if one.units]
    [proposed] = next(one for one in told if one.incident_id == urgent).units
    assert proposed.turned_from == held
    answer = await get(city.desk, f"/v1/incidents/{urgent}/recommendation")
    [unit] = answer["options"][0]["units"]
    [order] = [one for one in sent if one["unit_id"] == unit["unit_id"]]
    assert unit["leaves"] == {"incident_id": held, "assignment_id": order["id"]}
    assert await _repeat(city) >= 1


async def test_what_names_a_unit_that_is_another_by_now_waits_for_the_next_round(
    city: City, whereabouts: Whereabouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident_id, other = await city.incident("fire"), await city.incident(None)
    ground = city.running.ground
    lease = Lease(ground.database, "planner", "test")
    roads = Roads(ground.database, ground.http)
    planner = Planner(ground.database, ground.clock, roads, whereabouts, lease)
    confirm = lease.confirm

    async def order_meanwhile(connection: Any) -> bool:
        """Between the decision and its keeping, somebody else orders both engines."""
        monkeypatch.setattr(lease, "confirm", confirm)
        await city.order(other, "E1", "E2")
        return await confirm(connection)

    monkeypatch.setattr(lease, "confirm", order_meanwhile)

    await planner.plan()
    before = await _told_of(city, incident_id)
    await planner.plan()

    assert before == []
    assert await _told_of(city, incident_id) != []


async def _told_of(city: City, incident_id: str) -> list[RecommendationMade]:
    told = await city.running.told(RecommendationMade)
    return [one for one in told if one.incident_id == incident_id]
