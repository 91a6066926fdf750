"""A recommendation says what it was made of: whose roads, which engine, which solver."""

from importlib.metadata import version

from beaconfire_dispatch.adapters.made_of import ENGINE, SOLVER
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_testkit.city import City, get


async def test_it_is_kept_with_the_reasons_and_told_with_them(city: City, planner: Planner) -> None:
    incident_id = await city.incident("fire")
    await planner.plan()

    told = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")

    straight = {"roads": None, "closures": 0, "method": "straight_line"}
    assert told["made_of"] == straight | {"engine": ENGINE, "solver": SOLVER}
    assert f"scipy {version('scipy')}" == SOLVER
    assert told["steps"] == []
