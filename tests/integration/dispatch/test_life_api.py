"""An order's life over the routes: recalled until heard, late, raised once; who may, and when."""

import asyncio
from typing import Any

import asyncpg

from beaconfire_contracts.facts.dispatch import (
    AssignmentCancelled,
    RecallAcknowledged,
    RecallRequested,
)
from beaconfire_contracts.facts.dispatch_life import AssignmentLate, RaisedToSuperior
from beaconfire_contracts.vocabulary import OverdueMatter, Role
from beaconfire_dispatch.adapters.deadlines import Deadlines
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_platform.row_patience import FIRST_WAIT_S
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.service import a_subject

_ALL_GONE = """
    update assignment set acknowledge_by = acknowledge_by - interval '1 hour',
        dispatched_at = dispatched_at - interval '1 hour',
        asked_wall = asked_wall - interval '5 seconds'
"""
_DEADLINES_GONE = """
    update deadline set due_at = due_at - interval '1 hour',
        set_wall = set_wall - interval '5 seconds'
"""
_REFUSE = """
    create function dispatch.refuse() returns trigger language plpgsql as
        $$ begin raise exception 'not this one'; end $$;
    create trigger refuse before update on dispatch.deadline for each row
        when (new.subject_id = '{}' and not new.is_open) execute function dispatch.refuse()
"""
_ARRIVAL_GONE = """
    update assignment set eta_at = clock_timestamp() - interval '1 hour',
        during = tstzrange(lower(during) - interval '1 minute', null)
"""
_UNDO_GONE = "update assignment set during = tstzrange(lower(during) - interval '15 s', null)"


async def _run(city: City, statement: str) -> None:
    await city.running.ground.database.pool.execute(statement)


async def _refused(client: Any, path: str, body: Any) -> tuple[int, str | None]:
    answer = await client.post(path, json=body)
    return answer.status_code, answer.json().get("code")


async def test_a_recall_holds_until_the_crew_says_that_it_heard(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await city.step(one, "en-route")

    recalled = await city.step(one, "recall", reason="false_report")
    still = await city.unit("E1")
    path = f"/v1/assignments/{one['id']}/acknowledge-recall"
    heard = await post(city.crew("E1"), path, {"fence": one["fence"], "source": "app"})

    assert (recalled["status"], recalled["recall_reason"]) == ("en_route", "false_report")
    assert still["incident_id"] == one["incident_id"]
    assert heard["status"] == "cancelled"
    unit = await city.unit("E1")
    assert (unit["status"], unit["primary"], unit["incident_id"]) == (
        "returning", "available", None,
    )  # fmt: skip
    assert len(await city.running.told(RecallRequested)) == 1
    assert len(await city.running.told(RecallAcknowledged)) == 1
    [ended] = await city.running.told(AssignmentCancelled)
    assert ended.reason == "false_report"


async def test_a_silent_order_is_recalled_once_its_crew_may_have_read_it(
    city: City, deadlines: Deadlines
) -> None:
    undone, sent = await city.order(await city.incident(), "E1", "E2")
    at_once = await city.step(undone, "recall")
    await _run(city, f"{_UNDO_GONE} where upper_inf(during)")

    later = await city.step(sent, "recall")
    await _run(city, _ALL_GONE)

    assert (at_once["status"], later["status"]) == ("cancelled", "dispatched")
    assert later["recall_at"] is not None
    assert await deadlines.remind() == 0


async def test_a_recall_that_nobody_hears_is_raised_once(city: City, deadlines: Deadlines) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await city.step(one, "acknowledge")
    await city.step(one, "recall")
    early = await deadlines.escalate()
    await _run(city, _DEADLINES_GONE)

    await asyncio.gather(deadlines.escalate(), deadlines.escalate())

    [raised] = await city.running.told(RaisedToSuperior)
    assert (early, await deadlines.escalate()) == (0, 0)
    assert (raised.matter, raised.unit_id) == (OverdueMatter.RECALL, one["unit_id"])


async def test_a_row_that_cannot_be_raised_is_said_once_left_alone_and_holds_up_no_other(
    city: City, deadlines: Deadlines, database: str
) -> None:
    bad, good = await city.order(await city.incident(), "E1", "E2")
    for one in (bad, good):
        await city.step(one, "acknowledge")
        await city.step(one, "recall")
    await _run(city, _DEADLINES_GONE)
    first = f"update deadline set due_at = due_at - interval '1 s' where subject_id = '{bad['id']}'"
    await _run(city, first)
    owner = await asyncpg.connect(database)
    await owner.execute(_REFUSE.format(bad["id"]))

    looked = [await deadlines.escalate() for _ in range(5)]

    assert looked == [1, 0, 0, 0, 0]
    [raised] = await city.running.told(RaisedToSuperior)
    assert raised.assignment_id == good["id"]
    await owner.execute("drop trigger refuse on dispatch.deadline")
    await owner.close()
    for _ in range(100):  # a second, or as much longer as looking five times took
        if await deadlines.escalate():
            break
        await asyncio.sleep(FIRST_WAIT_S / 10)
    assert len(await city.running.told(RaisedToSuperior)) == 2


async def test_when_nobody_answers_at_all_the_shift_leader_has_it_once(
    city: City, deadlines: Deadlines
) -> None:
    [one] = await city.order(await city.incident(), "E1")
    for _ in range(2):
        await _run(city, _ALL_GONE)
        await deadlines.remind()
    await _run(city, _DEADLINES_GONE)

    await asyncio.gather(deadlines.escalate(), deadlines.escalate())

    [raised] = await city.running.told(RaisedToSuperior)
    assert (raised.matter, raised.assignment_id) == (OverdueMatter.ACKNOWLEDGE, one["id"])
    assert await deadlines.escalate() == 0


async def test_when_another_answers_nothing_is_raised(city: City, deadlines: Deadlines) -> None:
    incident_id = await city.incident()
    await city.order(incident_id, "E1")
    for _ in range(2):
        await _run(city, _ALL_GONE)
        await deadlines.remind()
    [other] = await city.order(incident_id, "E2")
    await city.step(other, "acknowledge")
    await _run(city, _DEADLINES_GONE)

    assert await deadlines.escalate() == 1
    assert await city.running.told(RaisedToSuperior) == []


async def test_a_late_unit_is_noted_once_and_stays_ordered(
    city: City, deadlines: Deadlines
) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await city.step(one, "en-route")
    await _run(city, _ARRIVAL_GONE)

    await asyncio.gather(deadlines.note(), deadlines.note())

    [late] = await city.running.told(AssignmentLate)
    assert (late.assignment_id, await deadlines.note()) == (one["id"], 0)
    after = await get(city.desk, f"/v1/assignments/{one['id']}")
    assert (after["status"], after["late_at"] is not None) == ("en_route", True)


async def test_whose_crew_is_needed_elsewhere_is_answered_by_another(
    city: City, planner: Planner
) -> None:
    incident_id = await city.incident("medical")
    [one] = await city.order(incident_id, "A1")
    await city.step(one, "en-route")
    await city.add_unit("A2", "ambulance")

    await city.step(one, "recall", reason="needed_elsewhere")
    await city.step(one, "acknowledge-recall")
    await post(
        city.desk, f"/v1/units/{one['unit_id']}/status",
        {"status": "out_of_service", "reason": "breakdown"},
    )  # fmt: skip
    await planner.plan()

    advice = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    assert [who["call_sign"] for who in advice["options"][0]["units"]] == ["A2"]


async def test_what_is_refused_of_a_recall(city: City) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await city.step(one, "en-route")
    recall = f"/v1/assignments/{one['id']}/recall"
    heard = f"/v1/assignments/{one['id']}/acknowledge-recall"
    stranger = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))
    stale = {"fence": one["fence"] + 1, "source": "app"}

    assert (await _refused(city.crew("E1"), recall, {}))[0] == 403
    assert (await _refused(stranger, recall, {}))[0] in (403, 404)
    assert (await _refused(city.crew("E2"), heard, {"fence": one["fence"]}))[0] in (403, 404)
    assert await _refused(city.crew("E1"), heard, {}) == (422, "fence_missing")
    assert await _refused(city.desk, heard, {}) == (409, "not_recalled")
    await city.step(one, "recall")
    assert await _refused(city.crew("E1"), heard, stale) == (409, "stale_fence")
    await city.step(one, "on-scene")
    assert await _refused(city.desk, recall, {}) == (409, "crew_there")
    assert await _refused(city.desk, heard, {}) == (409, "not_recalled")
    await city.step(one, "clear")
    assert await _refused(city.desk, recall, {}) == (409, "assignment_ended")
