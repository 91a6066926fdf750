"""A desk asks by hand: whoever is on duty, outside the stand-off; somebody else checks it."""

from datetime import timedelta

from beaconfire_contracts.facts.dispatch import RecommendationMade, TaskOffered
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import TaskKind
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_dispatch.application.give_task import GiveTask, keys
from beaconfire_platform.ids import new_id
from beaconfire_spatial.geometry import LonLat, distance_m
from beaconfire_testkit.city import CELL, City, get, post
from beaconfire_testkit.workers import a_worker_of, as_worker


async def test_who_is_asked_at_a_fire_is_sent_to_a_place_outside_its_stand_off(
    city: City,
) -> None:
    worker = await a_worker_of(city, CELL)
    incident_id = await city.incident("fire.structure")
    path = f"/v1/incidents/{incident_id}/tasks"

    near = await city.desk.post(path, json={"kind": "evacuate", "stand_off_m": 20})
    task = await post(city.desk, path, {"kind": "evacuate"}, status=201)

    assert (near.status_code, near.json()["code"]) == (422, "inside_stand_off")
    assert (near.json()["pointer"], near.json()["least_m"]) == ("/stand_off_m", 100)
    assert (task["person_id"], task["stand_off_m"], task["part"]) == (worker, 100, "worker")
    fire, place = task["incident_point"], task["point"]
    away = distance_m(LonLat(fire["lon"], fire["lat"]), LonLat(place["lon"], place["lat"]))
    assert away >= 100 + 20
    [mine] = (await get(as_worker(city, worker), "/v1/tasks"))["items"]
    assert mine["point"] == place


async def test_grid_workers_delay_no_unit_and_fill_no_line(city: City, planner: Planner) -> None:
    first = await city.incident("fire.structure")
    await planner.plan()
    await city.close(first)
    await a_worker_of(city, CELL)
    second = await city.incident("fire.structure")
    await post(city.desk, f"/v1/incidents/{second}/tasks", {"kind": "guide"}, status=201)
    await planner.plan()

    told = await city.running.told(RecommendationMade)
    alone, beside = (
        [one for one in told if one.incident_id == each][-1] for each in (first, second)
    )
    assert [one.unit_id for one in alone.units] == [one.unit_id for one in beside.units]
    assert alone.short == beside.short


async def test_whoever_did_it_does_not_check_it(city: City) -> None:
    worker = await a_worker_of(city, CELL)
    incident_id = await city.incident("city.tree-down")
    [task] = (await get(as_worker(city, worker), "/v1/tasks"))["items"]
    path = f"/v1/tasks/{task['id']}"

    early = await city.desk.post(f"{path}/check", json={})
    await post(as_worker(city, worker), f"{path}/done", {})
    own = await as_worker(city, worker).post(f"{path}/check", json={})
    checked = await post(city.desk, f"{path}/check", {})

    assert (early.status_code, early.json()["code"]) == (409, "task_not_done")
    assert own.status_code == 403
    assert (checked["state"], checked["incident_id"]) == ("checked", incident_id)


async def test_a_person_or_a_body_may_be_named_and_not_both(city: City) -> None:
    worker = await a_worker_of(city, CELL)
    incident_id = await city.incident()
    path = f"/v1/incidents/{incident_id}/tasks"
    both = {"kind": "watch", "person_id": worker, "body": city.centre.body}

    refused = await city.desk.post(path, json=both)
    nobody = await city.desk.post(path, json={"kind": "watch", "person_id": new_id()})
    to_body = await post(city.desk, path, {"kind": "watch", "body": city.centre.body}, status=201)
    await city.close(incident_id)
    over = await city.desk.post(path, json={"kind": "watch"})

    assert (refused.status_code, refused.json()["code"]) == (422, "two_responders")
    assert (nobody.status_code, nobody.json()["code"]) == (422, "unknown_worker")
    assert (to_body["part"], to_body["body"]) == ("desk", city.centre.body)
    assert (over.status_code, over.json()["code"]) == (409, "incident_over")
    assert len(await city.running.told(TaskOffered)) == 1


def test_it_is_done_under_the_incidents_lock() -> None:
    command = GiveTask(IncidentId(new_id()), TaskKind.WATCH, timedelta(minutes=5))

    assert keys(command) == (aggregate(command.incident_id),)
