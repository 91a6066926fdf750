"""Steps over HTTP: fences for crews, versions for desks; late and missing ones flagged."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import (
    AssignmentAcknowledged,
    AssignmentCancelled,
    AssignmentCleared,
    AssignmentOnScene,
    AssignmentRefused,
    AssignmentTransporting,
    UnitStatusChanged,
)
from beaconfire_contracts.vocabulary import AssignmentStatus, Role, StatusSource, UnitStatus
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_platform.clock import wall_now
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_situation.domain.fold_dispatch import ANSWERS
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.service import a_subject

S = AssignmentStatus


async def test_a_crew_without_a_fence_is_refused_and_with_it_heard(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    crew, path = city.crew("E1"), f"/v1/assignments/{one['id']}/acknowledge"

    without = await crew.post(path, json={})
    told = await crew.post(path, json={"fence": one["fence"], "source": "app"})

    assert (without.status_code, without.json()["code"]) == (422, "fence_missing")
    assert without.json()["pointer"] == "/fence"
    assert (told.status_code, told.json()["status"]) == (200, "acknowledged")
    [fact] = await city.running.told(AssignmentAcknowledged)
    assert (fact.source, fact.gaps) == (StatusSource.APP, ())


async def test_a_stale_fence_is_a_conflict_and_changes_nothing(city: City) -> None:
    [first] = await city.order(await city.incident(), "E1")
    await city.step(first, "cancel", reason="nearer_unit")
    [second] = await city.order(await city.incident(), "E1")

    answer = await city.crew("E1").post(
        f"/v1/assignments/{second['id']}/on-scene", json={"fence": first["fence"]}
    )

    assert second["fence"] == first["fence"] + 1
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_fence")
    assert answer.json()["fence"] == second["fence"]
    assert (await city.unit("E1"))["status"] == "dispatched"


async def test_a_desk_that_saw_an_older_state_is_a_conflict(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await city.step(one, "acknowledge", version=1)

    answer = await city.desk.post(f"/v1/assignments/{one['id']}/en-route", json={"version": 1})
    now = await city.step(one, "en-route", version=2)

    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    assert (answer.json()["expected"], answer.json()["version"]) == (1, 2)
    assert (now["status"], now["version"]) == ("en_route", 3)


async def test_missing_steps_are_flagged_and_no_time_is_invented(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    arrived_at = wall_now() + timedelta(minutes=4)

    now = await city.step(one, "on-scene", occurred_at=arrived_at.isoformat(), source="radio")

    assert {name: datetime.fromisoformat(at) for name, at in now["steps"].items()} == {
        "on_scene": arrived_at
    }
    [fact] = await city.running.told(AssignmentOnScene)
    assert fact.gaps == (S.ACKNOWLEDGED, S.EN_ROUTE)
    assert (fact.occurred_at, fact.source) == (arrived_at, StatusSource.RADIO)
    last = (await city.running.told(UnitStatusChanged))[-1]
    assert (last.status, last.since) == (UnitStatus.ON_SCENE, arrived_at)
    assert last.gaps == (UnitStatus.ACKNOWLEDGED, UnitStatus.EN_ROUTE)


async def test_a_late_step_keeps_its_time_and_does_not_turn_the_unit_back(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await city.step(one, "on-scene")
    said_at = wall_now() - timedelta(minutes=1)

    now = await city.step(one, "acknowledge", occurred_at=said_at.isoformat())

    assert now["status"] == "on_scene"
    assert datetime.fromisoformat(now["steps"]["acknowledged"]) == said_at
    assert (await city.unit("E1"))["status"] == "on_scene"
    assert len(await city.running.told(UnitStatusChanged)) == 2


async def test_a_step_told_twice_is_told_once(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")

    first = await city.step(one, "acknowledge")
    again = await city.step(one, "acknowledge")

    assert again == first
    assert len(await city.running.told(AssignmentAcknowledged)) == 1


async def test_an_ambulance_goes_all_the_way_and_is_available_when_cleared(city: City) -> None:
    [one] = await city.order(await city.incident("medical.cardiac-arrest"), "A1")
    hospital = await _hospital(city)
    seen: list[tuple[str, str]] = []

    for verb in ("acknowledge", "en-route", "on-scene", "transport", "at-hospital", "clear"):
        told = {"hospital_id": hospital} if verb == "transport" else {}
        now = await city.step(one, verb, **told)
        seen.append((now["status"], (await city.unit("A1"))["status"]))

    assert [status for status, _ in seen] == [
        "acknowledged", "en_route", "on_scene", "transporting", "at_hospital", "cleared",
    ]  # fmt: skip
    assert all(status == of_unit for status, of_unit in seen)
    unit = await city.unit("A1")
    assert (unit["primary"], unit["incident_id"]) == ("available", None)
    [transporting] = await city.running.told(AssignmentTransporting)
    assert transporting.hospital_id == hospital
    [cleared] = await city.running.told(AssignmentCleared)
    assert cleared.gaps == ()


async def test_a_hospital_that_nobody_knows_is_refused(city: City) -> None:
    [one] = await city.order(await city.incident("medical.cardiac-arrest"), "A1")

    answer = await city.desk.post(
        f"/v1/assignments/{one['id']}/transport", json={"hospital_id": new_id()}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_hospital")
    assert answer.json()["pointer"] == "/hospital_id"


async def test_nothing_happens_on_an_assignment_that_has_ended(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await city.step(one, "clear")

    answer = await city.desk.post(f"/v1/assignments/{one['id']}/on-scene", json={})

    assert (answer.status_code, answer.json()["code"]) == (409, "assignment_ended")
    assert answer.json()["assignment_status"] == "cleared"


async def test_a_crew_that_refuses_is_unable_until_it_says_otherwise(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")

    refused = await city.crew("E1").post(
        f"/v1/assignments/{one['id']}/refuse", json={"fence": 1, "reason": "breakdown"}
    )
    unable = await city.unit("E1")
    status = f"/v1/units/{unable['id']}/status"
    back = await post(city.crew("E1"), status, {"status": "in_service", "source": "terminal"})

    assert refused.json()["status"] == "refused"
    assert (unable["status"], unable["primary"]) == ("unable", "not_available")
    assert (unable["reason"], unable["incident_id"]) == ("breakdown", None)
    assert (back["status"], back["primary"], back["reason"]) == ("in_service", "available", None)
    [fact] = await city.running.told(AssignmentRefused)
    assert fact.reason == "breakdown"


async def test_an_order_that_nobody_can_have_heard_is_undone_and_the_crew_is_in_quarters(
    city: City,
) -> None:
    [one] = await city.order(await city.incident(), "E1")

    cancelled = await city.step(one, "cancel", reason="false_report")

    assert cancelled["status"] == "cancelled"
    unit = await city.unit("E1")
    assert (unit["status"], unit["primary"], unit["incident_id"]) == (
        "in_service", "available", None,
    )  # fmt: skip
    [fact] = await city.running.told(AssignmentCancelled)
    assert fact.reason == "false_report"


async def test_an_order_that_went_out_is_not_undone(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await city.step(one, "en-route")
    path = f"/v1/assignments/{one['id']}/cancel"

    answer = await city.desk.post(path, json={"reason": "false_report"})

    assert (answer.status_code, answer.json()["code"]) == (409, "order_went_out")
    assert answer.json()["assignment_status"] == "en_route"
    assert (await city.unit("E1"))["status"] == "en_route"


async def test_a_crew_cancels_nothing_and_moves_no_other_crews_order(city: City) -> None:
    mine, other = await city.order(await city.incident(), "E1", "E2")
    crew = city.crew("E1")

    cancel = await crew.post(f"/v1/assignments/{mine['id']}/cancel", json={"reason": "tired"})
    theirs = await crew.post(f"/v1/assignments/{other['id']}/clear", json={"fence": 1})

    assert (cancel.status_code, theirs.status_code) == (403, 404)


async def test_who_only_sees_is_forbidden_and_a_stranger_finds_nothing(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    path = f"/v1/assignments/{one['id']}/clear"
    taker = city.centre.client(Role.CALL_TAKER)
    stranger = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))

    assert (await taker.post(path, json={})).status_code == 403
    assert (await stranger.post(path, json={})).status_code == 404
    assert (await city.desk.post(f"/v1/assignments/{new_id()}/clear", json={})).status_code == 404


async def test_a_unit_goes_out_of_service_for_a_reason_only(city: City) -> None:
    path = f"/v1/units/{city.units['E1']['id']}/status"

    without = await city.desk.post(path, json={"status": "out_of_service"})
    unit = await post(city.desk, path, {"status": "out_of_service", "reason": "fuel"})
    again = await post(city.desk, path, {"status": "out_of_service", "reason": "fuel"})

    assert (without.status_code, without.json()["code"]) == (422, "reason_missing")
    assert (unit["status"], unit["primary"], unit["reason"]) == (
        "out_of_service", "not_available", "fuel",
    )  # fmt: skip
    assert again == unit
    assert len(await city.running.told(UnitStatusChanged)) == 1


async def test_a_status_that_follows_from_an_order_is_not_told_of_the_unit(city: City) -> None:
    path = f"/v1/units/{city.units['E1']['id']}/status"

    answer = await city.desk.post(path, json={"status": "on_scene"})

    assert (answer.status_code, answer.json()["code"]) == (422, "not_told_of_unit")


async def test_a_unit_at_work_is_not_in_service_and_may_stage(city: City) -> None:
    incident_id = await city.incident()
    [one] = await city.order(incident_id, "E1")
    path = f"/v1/units/{one['unit_id']}/status"

    free = await city.desk.post(path, json={"status": "in_service"})
    staging = await post(city.desk, path, {"status": "staging"})

    assert (free.status_code, free.json()["code"]) == (409, "unit_at_work")
    assert (staging["status"], staging["incident_id"]) == ("staging", incident_id)
    last = (await city.running.told(UnitStatusChanged))[-1]
    assert (last.status, last.incident_id, last.assignment_id) == (
        UnitStatus.STAGING, incident_id, one["id"],
    )  # fmt: skip


async def test_a_unit_that_broke_down_on_the_scene_is_not_available_when_let_go(
    city: City,
) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await city.step(one, "on-scene")
    path = f"/v1/units/{one['unit_id']}/status"
    await post(city.desk, path, {"status": "out_of_service", "reason": "breakdown"})

    await city.step(one, "clear")

    unit = await city.unit("E1")
    assert (unit["status"], unit["primary"]) == ("out_of_service", "not_available")
    assert (unit["reason"], unit["incident_id"]) == ("breakdown", None)
    last = (await city.running.told(UnitStatusChanged))[-1]
    assert (last.status, last.incident_id) == (UnitStatus.OUT_OF_SERVICE, None)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((), {"status": "unable", "reason": "crew_ill"}),
        (("en-route",), {"status": "out_of_service", "reason": "breakdown"}),
    ],
)
async def test_who_breaks_down_on_the_way_comes_no_more_and_another_is_proposed_at_once(
    city: City, planner: Planner, steps: tuple[str, ...], told: dict[str, str]
) -> None:
    incident_id = await city.incident("medical")
    [one] = await city.order(incident_id, "A1")
    for verb in steps:
        await city.step(one, verb)
    await city.add_unit("A2", "ambulance")
    await planner.plan()

    unit = await post(city.desk, f"/v1/units/{one['unit_id']}/status", told)
    await planner.plan()

    assert (unit["status"], unit["incident_id"]) == (told["status"], None)
    [ended] = await city.running.told(AssignmentCancelled)
    assert (ended.reason, ended.source) == ("broke_down", StatusSource.SYSTEM)
    advice = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    assert [who["call_sign"] for who in advice["options"][0]["units"]] == ["A2"]


async def test_a_crew_changes_no_other_units_status(city: City) -> None:
    path = f"/v1/units/{city.units['E2']['id']}/status"

    answer = await city.crew("E1").post(path, json={"status": "unable"})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("verb", "told", "pointer"),
    [
        ("refuse", {}, "/reason"),
        ("cancel", {}, "/reason"),
        ("clear", {"fence": 0}, "/fence"),
        ("clear", {"occurred_at": "2026-11-24T12:00:00"}, "/occurred_at"),
        ("clear", {"source": "pigeon"}, "/source"),
        ("transport", {"hospital_id": "1"}, "/hospital_id"),
    ],
)
async def test_a_step_that_cannot_be_is_refused_with_a_pointer(
    city: City, verb: str, told: dict[str, Any], pointer: str
) -> None:
    [one] = await city.order(await city.incident(), "E1")

    answer = await city.desk.post(f"/v1/assignments/{one['id']}/{verb}", json=told)

    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)


async def _hospital(city: City) -> str:
    asked = {
        "code": "H1", "name_zh": "市医院", "name_en": "City Hospital",
        "point": {"lon": 174.77, "lat": -36.86},
    }  # fmt: skip
    return (await post(city.administrator, "/v1/hospitals", asked, status=201))["id"]


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        *((verb, {}) for verb in ("acknowledge", "en-route", "on-scene", "at-hospital", "clear")),
        ("transport", {}),
        ("refuse", {"reason": "breakdown"}),
        ("cancel", {"reason": "desk"}),
    ],
)
async def test_a_step_that_has_not_happened_yet_is_refused(
    city: City, verb: str, more: dict[str, str]
) -> None:
    [one] = await city.order(await city.incident(), "E1")
    path = f"/v1/assignments/{one['id']}/{verb}"

    future = await city.desk.post(path, json=more | {"occurred_at": "2031-01-01T00:00:00Z"})
    soon = await city.desk.post(path, json=more | {"occurred_at": _in(minutes=4)})

    assert (future.status_code, future.json()["code"]) == (422, "ahead_of_clock")
    assert future.json()["pointer"] == "/occurred_at"
    assert soon.status_code == 200


async def test_a_unit_status_that_has_not_happened_yet_is_refused(city: City) -> None:
    told = {"status": "returning", "occurred_at": _in(minutes=6)}

    answer = await city.desk.post(f"/v1/units/{city.units['E1']['id']}/status", json=told)

    assert (answer.status_code, answer.json()["code"]) == (422, "ahead_of_clock")
    assert (await city.unit("E1"))["status"] == "in_service"


def _in(*, minutes: int) -> str:
    return (wall_now() + timedelta(minutes=minutes)).isoformat()


async def test_a_step_told_late_says_when_it_was_told(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    happened_at = wall_now() - timedelta(minutes=7)

    await city.step(one, "on-scene", occurred_at=happened_at.isoformat(), source="radio")

    [fact] = await city.running.told(AssignmentOnScene)
    assert fact.occurred_at == happened_at
    assert fact.told_at is not None
    assert timedelta(0) <= wall_now() - fact.told_at < timedelta(minutes=1)


async def test_what_a_desk_tells_stands_on_record_as_the_crews_and_when_it_was(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    happened_at = wall_now() - timedelta(minutes=7)
    path = f"/v1/assignments/{one['id']}"

    await city.step(one, "on-scene", occurred_at=happened_at.isoformat(), source="radio")
    await city.desk.post(f"{path}/clear", json={"version": 1})
    await city.crew("E1").post(f"{path}/clear", json={"fence": one["fence"]})

    pool = city.running.ground.database.pool
    rows = await pool.fetch(
        "select on_behalf_of, result from audit where action = 'assignment.move' order by id"
    )
    unit_id = city.units["E1"]["id"]
    assert [tuple(row) for row in rows] == [
        (unit_id, "done"), (unit_id, "refused"), (None, "done"),
    ]  # fmt: skip
    log = PostgresLog(pool, Doorbell())
    arrived, cleared = [
        told.cause
        for told in await log.everything(frozenset({"dispatch"}))
        if isinstance(told.fact, AssignmentOnScene | AssignmentCleared)
    ]
    assert (arrived.on_behalf_of, arrived.occurred_at) == (unit_id, happened_at)
    assert cleared.on_behalf_of is None


async def test_the_picture_shows_the_version_that_a_desk_may_name(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    for verb in ("acknowledge", "on-scene", "en-route"):
        now = await city.step(one, verb, source="radio")
        shown: dict[str, Any] = {}
        for factclass, fold in ANSWERS.items():
            if factclass.__name__.startswith("Assignment"):
                for fact in await city.running.told(factclass):
                    shown = fold(fact, shown)

        assert shown["assignments"][one["id"]]["version"] == now["version"]


async def test_each_crew_reads_who_else_comes_and_not_itself(city: City) -> None:
    incident_id = await city.incident()
    await city.order(incident_id, "E1", "A1")

    [told] = (await get(city.crew("E1"), "/v1/assignments", state="open"))["items"]

    assert told["call_sign"] == "E1"
    assert [(one["call_sign"], one["type"]) for one in told["others"]] == [("A1", "ambulance")]
    assert told["others"][0]["eta_at"] is None or "T" in told["others"][0]["eta_at"]


async def test_a_crew_that_cannot_go_says_why_and_is_not_sent(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")

    answer = await city.crew("E1").post(
        f"/v1/assignments/{one['id']}/refuse",
        json={"fence": one["fence"], "source": "app", "reason": "unsafe"},
    )

    assert (answer.status_code, answer.json()["status"]) == (200, "refused")
    [fact] = await city.running.told(AssignmentRefused)
    assert (fact.reason, fact.source) == ("unsafe", StatusSource.APP)
