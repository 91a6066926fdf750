"""What waits for an automatic order is found only where a policy asks for it, and claimed once."""

from typing import Any

from beaconfire_contracts.ids import IncidentId, RecommendationId, UnitId
from beaconfire_dispatch.adapters.automatic_rows import PgAutomaticOrders
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City


async def test_only_what_a_policy_asks_for_waits(city: City, planner: Planner) -> None:
    incident_id = await city.incident("fire")
    await planner.plan()
    pool = city.running.ground.database.pool
    async with city.running.ground.database.reading() as connection:
        assert await PgAutomaticOrders(connection).waiting(10) == []

    await pool.execute("update policy set mode = 'auto' where priority = 1")
    async with city.running.ground.database.reading() as connection:
        [one] = await PgAutomaticOrders(connection).waiting(10)

    assert one.incident_id == incident_id
    assert len(one.unit_ids) == 1


async def test_a_recommendation_is_claimed_once(tables: Any) -> None:
    rows = PgAutomaticOrders(tables.tx.connection)
    name, incident_id = RecommendationId(new_id()), IncidentId(new_id())

    counted = [await rows.claim(name, incident_id, wall_now()) for _ in range(2)]

    assert counted == [True, False]


async def test_who_is_on_an_incident_or_vetoed_or_kept_elsewhere_is_barred(city: City) -> None:
    here, there = await city.incident("fire"), await city.incident("fire")
    names = {sign: UnitId(unit["id"]) for sign, unit in city.units.items()}
    await city.order(there, "E1")
    for incident_id, sign, kind in (
        (here, "E2", "vetoed"), (there, "L1", "kept"), (there, "A1", "vetoed"),
    ):  # fmt: skip
        path = f"/v1/incidents/{incident_id}/instructions/{names[sign]}"
        assert (await city.desk.put(path, json={"kind": kind})).status_code == 200

    async with city.running.ground.database.reading() as connection:
        rows = PgAutomaticOrders(connection)
        barred = await rows.barred(IncidentId(here), tuple(names.values()))
        over_there = await rows.barred(IncidentId(there), tuple(names.values()))

    assert barred == {names["E1"], names["E2"], names["L1"]}
    assert over_there == {names["E1"], names["A1"]}
    await city.close(there)
    async with city.running.ground.database.reading() as connection:
        still = await PgAutomaticOrders(connection).barred(IncidentId(here), (names["L1"],))
    assert still == frozenset()
