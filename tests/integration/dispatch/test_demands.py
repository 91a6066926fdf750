"""Demands, policies and recommendations read back as they were kept."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.ids import IncidentId, RecommendationId, ResponseId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.application.recommend_units import Kept, Recommend
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.engine.explain import Advice
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id


def a_demand() -> Demand:
    now = wall_now()
    return Demand(
        IncidentId(new_id()), 7, "fire", 1, Point(174.7, -36.8), "akl.d1.c1", "akl", "owner", now,
        ResponseId(new_id()), now, (Need("engine", 2), Need("ladder", 1)), frozenset({"a", "b"}),
        IncidentId(new_id()), ended=True, verify_path="akl.d1.c1",
        answered=True,
    )  # fmt: skip


async def test_a_demand_reads_back_whole_and_changes_whole(tables: Any) -> None:
    demand = a_demand()
    bare = Demand(demand.incident_id)

    await tables.demands.save(demand)
    assert await tables.demands.get(demand.incident_id) == demand
    await tables.demands.save(bare)
    assert await tables.demands.get(demand.incident_id) == bare
    assert await tables.demands.get(IncidentId(new_id())) is None


async def test_every_priority_has_a_policy_that_only_proposes(tables: Any) -> None:
    every = await tables.policies.every()

    assert [one.priority for one in every] == [1, 2, 3, 4]
    assert {one.mode for one in every} == {PolicyMode.PROPOSE}
    changed = Policy(3, PolicyMode.PROPOSE, 600, 45)
    await tables.policies.save(changed)
    assert await tables.policies.of(3) == changed


async def test_the_newest_recommendation_counts_and_is_refreshed(tables: Any) -> None:
    incident_id, snapshot_id = IncidentId(new_id()), new_id()
    kept = tables.recommendations
    advice = Advice(incident_id, (), (Need("engine", 1),), {})
    command = Recommend(RecommendationId(new_id()), incident_id, advice, snapshot_id)
    assert await kept.newest([incident_id]) == {}

    await kept.add_snapshot(snapshot_id, wall_now(), '{"slots": []}')
    await kept.add(command, Kept.of(advice.proposal), wall_now())
    await tables.tx.write_now()
    assert await kept.newest([incident_id]) == {incident_id: Kept((), (Need("engine", 1),))}

    fuller = replace(advice, short=())
    await kept.refresh([replace(command, advice=fuller)])
    assert await kept.newest([incident_id]) == {incident_id: Kept((), ())}
