"""A recommendation says what it was made of: whose roads, which engine, which solver."""

from importlib.metadata import version

from beaconfire_dispatch.adapters.made_of import ENGINE, HASH_LENGTH, SOLVER, hash_of
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_testkit.city import City, get


async def test_it_is_kept_with_the_reasons_and_told_with_them(city: City, planner: Planner) -> None:
    incident_id = await city.incident("fire")
    await planner.plan()

    told = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")

    straight = {
        "roads": None, "closures": 0, "closures_hash": None, "method": "straight_line",
    }  # fmt: skip
    assert told["made_of"] == straight | {"engine": ENGINE, "solver": SOLVER}
    assert f"scipy {version('scipy')}" == SOLVER
    assert told["steps"] == []


def test_as_many_other_closures_have_another_hash_and_the_same_in_any_order_have_one() -> None:
    assert hash_of(frozenset()) is None
    assert hash_of(frozenset("ab")) == hash_of(frozenset("ba")) != hash_of(frozenset("ac"))
    assert hash_of(frozenset({"a", "b"})) != hash_of(frozenset({"ab"}))
    assert len(hash_of(frozenset("ab")) or "") == HASH_LENGTH
