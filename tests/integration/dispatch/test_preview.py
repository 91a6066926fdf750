"""A preview is the engine's own answer, beside what is open; nothing of it is kept."""

from dataclasses import replace

from beaconfire_contracts.ids import IncidentId, ResponseId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_dispatch.adapters.preview import EnginePreview
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City, get


def _supposed(*needs: Need, point: Point | None = None) -> Demand:
    now = wall_now()
    return Demand(
        IncidentId(new_id()), None, "fire", 3, point or Point(*AKL), opened_at=now,
        response_id=ResponseId(new_id()), target_at=now, needs=needs,
    )  # fmt: skip


async def test_it_competes_with_what_is_open_and_leaves_no_trace(
    city: City, planner: Planner, whereabouts: Whereabouts
) -> None:
    ground = city.running.ground
    preview = EnginePreview(
        ground.database, ground.clock, Roads(ground.database, ground.http), whereabouts
    )
    urgent = await city.incident("fire.structure", priority=1)
    await planner.plan()
    before = await get(city.desk, f"/v1/incidents/{urgent}/recommendation")

    told = (await preview.of(_supposed(Need("engine", 1), Need("ladder", 1)))).answer
    none = (await preview.of(_supposed())).answer

    # both engines and the ladder are asked for by what is more urgent
    assert told["options"] == []
    assert {one["capability"] for one in told["short"]} == {"engine", "ladder"}
    assert (none["options"], none["short"]) == ([], [])
    await planner.plan()
    assert (
        await get(city.desk, f"/v1/incidents/{urgent}/recommendation")
        | {"options": before["options"]}
        == before
    )
    pool = ground.database.pool
    assert await pool.fetchval("select count(*) from demand") == 1


async def test_an_open_incident_is_asked_of_in_its_own_place(
    city: City, whereabouts: Whereabouts
) -> None:
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)
    preview = EnginePreview(ground.database, ground.clock, roads, whereabouts)
    known = _supposed(Need("ladder", 1))
    incident_id = await city.incident("fire.structure")

    told = (await preview.of(replace(known, incident_id=IncidentId(incident_id)))).answer

    [option, *_] = told["options"]
    assert [one["call_sign"] for one in option["choices"]] == ["L1"]
