"""A recommendation is told when other units are proposed or another line is short, else kept."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.facts.dispatch import RecommendationMade
from beaconfire_contracts.ids import IncidentId, RecommendationId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.needs import Need
from beaconfire_dispatch.application.recommend_units import Kept, Recommend, keys, recommend_units
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.engine.explain import Advice, Choice, Option
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id

CHOICE = Choice(new_id(), "E1", "engine", 90.0, {"mobilise_s": 60.0, "road_s": 30.0}, (), {})


async def _demand(tables: Any, *, ended: bool = False) -> IncidentId:
    demand = Demand(IncidentId(new_id()), owner="b", division="akl", ended=ended)
    await tables.demands.save(demand)
    return demand.incident_id


async def _recommend(tables: Any, advice: Advice) -> bool:
    snapshot_id = new_id()
    await tables.recommendations.add_snapshot(snapshot_id, wall_now(), "{}")
    command = Recommend(
        RecommendationId(new_id()), IncidentId(advice.incident_id), advice, snapshot_id
    )
    assert keys(command) == (aggregate(advice.incident_id),)
    is_news = await recommend_units(
        [command],
        recommendations=tables.recommendations,
        demands=tables.demands,
        facts_of=lambda _: tables.tx,
        now=wall_now(),
    )
    await tables.tx.write_now()
    return bool(is_news)


async def test_newer_times_of_the_same_units_are_no_news(tables: Any) -> None:
    incident_id = await _demand(tables)
    advice = Advice(incident_id, (Option((CHOICE,), {}),), (), {})
    later = replace(CHOICE, travel_time_s=120.0)

    assert await _recommend(tables, advice)
    assert not await _recommend(tables, replace(advice, options=(Option((later,), {}),)))

    [told] = tables.told(RecommendationMade)
    [unit] = told.units
    assert (unit.unit_id, unit.capability, unit.travel_time_s) == (CHOICE.unit_id, "engine", 90.0)
    assert (unit.eta_at - told.made_at).total_seconds() == 90


async def test_another_line_that_is_short_is_news(tables: Any) -> None:
    incident_id = await _demand(tables)
    advice = Advice(incident_id, (), (), {})

    assert await _recommend(tables, advice)
    assert await _recommend(tables, replace(advice, short=(Need("ladder", 1),)))

    assert [one.short for one in tables.told(RecommendationMade)] == [(), (Need("ladder", 1),)]


async def test_nothing_is_recommended_for_what_is_over_or_unknown(tables: Any) -> None:
    over = await _demand(tables, ended=True)

    assert not await _recommend(tables, Advice(over, (), (), {}))
    assert not await _recommend(tables, Advice(new_id(), (), (), {}))
    assert tables.told(RecommendationMade) == []


def test_what_decides_about_news_is_who_and_what_is_short() -> None:
    advice = Advice("i", (Option((CHOICE,), {}),), (Need("ladder", 1),), {})

    assert Kept.of(advice.proposal) == Kept((CHOICE.unit_id,), (Need("ladder", 1),))  # pyright: ignore[reportArgumentType]  (an id is text)
    assert Kept.of(Advice("i", (), (), {}).proposal) == Kept((), ())
