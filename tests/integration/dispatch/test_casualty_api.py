"""Many are hurt: counts change what is asked for; beds are kept once, and given back."""

import asyncio
from typing import Any

from beaconfire_contracts.facts.casualties import (
    CasualtiesCounted,
    DestinationProposed,
    DestinationReleased,
)
from beaconfire_contracts.facts.dispatch import ResponseOpened
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.bed_watch import BedWatch
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.hospitals import a_hospital
from beaconfire_testkit.service import a_subject


async def _count(city: City, incident_id: str, **counts: int) -> dict[str, Any]:
    path = f"/v1/incidents/{incident_id}/casualties"
    answer = await city.desk.put(path, json=counts)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _asked(needs: list[dict[str, Any]]) -> dict[str, int]:
    return {one["capability"]: one["count"] for one in needs}


async def _go(city: City, assignment: dict[str, Any], **body: Any) -> Any:
    path = f"/v1/assignments/{assignment['id']}/destination"
    return await city.desk.post(path, json=body)


async def test_one_incident_asks_for_more_and_less_as_its_count_is_revised(
    city: City, planner: Planner
) -> None:
    incident_id = await city.incident("traffic.collision-injury")
    first = await _count(city, incident_id, immediate=2, delayed=3)
    again = await _count(city, incident_id, immediate=2, delayed=3)
    await planner.plan()
    advice = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    revised = await _count(city, incident_id, immediate=1, minor=1, dead=2)

    assert _asked(first["needs"]) == {"ambulance": 4, "police": 1}
    assert again == first
    assert _asked(advice["needs"]) == {"ambulance": 4, "police": 1}
    assert _asked(advice["short"])["ambulance"] == 3
    assert _asked(revised["needs"]) == {"ambulance": 2, "police": 1}
    told = await city.running.told(CasualtiesCounted)
    assert [(one.immediate, one.delayed, one.minor, one.dead) for one in told] == [
        (2, 3, 0, 0), (1, 0, 1, 2),
    ]  # fmt: skip
    assert len(await city.running.told(ResponseOpened)) == 3


async def test_a_count_stays_when_the_next_alarm_is_struck_and_asks_again_when_all_had_left(
    city: City, planner: Planner
) -> None:
    incident_id = await city.incident("medical.mass-casualty")
    await _count(city, incident_id, immediate=9)
    struck = await post(city.desk, f"/v1/incidents/{incident_id}/alarm", {"level": 2})
    [one] = await city.order(incident_id, "A1")
    for verb in ("on-scene", "clear"):
        await city.step(one, verb)
    await planner.plan()
    done = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    await _count(city, incident_id, immediate=12)
    await planner.plan()

    assert _asked(struck["needs"])["ambulance"] == 9
    assert (done["options"], done["short"]) == ([], [])
    again = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    assert _asked(again["needs"])["ambulance"] == 12
    assert again["options"][0]["units"][0]["call_sign"] == "A1"


async def test_the_nearest_hospital_with_a_bed_left_is_proposed_until_none_is(city: City) -> None:
    for sign in ("A2", "A3", "A4"):
        await city.add_unit(sign, "ambulance")
    near, far = (
        await a_hospital(city, "H1", away=0.01, beds=1),
        await a_hospital(city, "H2", away=0.05, beds=2),
    )
    sent = await city.order(await city.incident("medical"), "A1", "A2", "A3", "A4")

    went = [await _go(city, one) for one in sent]

    assert [one.status_code for one in went] == [200, 200, 200, 409]
    assert [one.json()["hospital_id"] for one in went[:3]] == [near, far, far]
    assert went[3].json()["code"] == "no_bed_left"
    assert len(await city.running.told(DestinationProposed)) == 3
    beds = {
        one["hospital_id"]: one["beds_kept"] for one in (await get(city.desk, "/v1/beds"))["items"]
    }
    assert beds == {near: 1, far: 2}
    told = (await get(city.desk, "/v1/assignments", state="open"))["items"]
    destinations = {one["id"]: one["destination"] for one in told}
    assert [destinations[one["id"]] for one in sent] == [near, far, far, None]
    alone = await get(city.desk, f"/v1/assignments/{sent[0]['id']}")
    assert alone["destination"] == near


async def test_a_bed_is_never_promised_twice_however_many_ask_at_once(city: City) -> None:
    signs = ["A1", *(f"A{nth}" for nth in range(2, 9))]
    for sign in signs[1:]:
        await city.add_unit(sign, "ambulance")
    only = await a_hospital(city, "H1", away=0.01, beds=3)
    sent = await city.order(await city.incident("medical"), *signs)

    went = await asyncio.gather(
        *(_go(city, one) for one in sent), *(_go(city, sent[0]) for _ in range(4))
    )

    kept = await city.running.ground.database.pool.fetchval("select count(*) from bed")
    [row] = (await get(city.desk, "/v1/beds"))["items"]
    assert (row["hospital_id"], row["beds_free"], row["beds_kept"], kept) == (only, 3, 3, 3)
    assert {one.status_code for one in went} == {200, 409}


async def test_a_bed_is_released_once_at_the_handover_and_then_it_is_not_free(
    city: City, deadlines: Any
) -> None:
    hospital = await a_hospital(city, "H1", away=0.01, beds=2)
    await city.add_unit("A2", "ambulance")
    first, second = await city.order(await city.incident("medical"), "A1", "A2")
    for one in (first, second):
        assert (await _go(city, one)).status_code == 200
    ground = city.running.ground
    watch = BedWatch(ground.database, ground.clock)
    for verb in ("on-scene", "transport", "at-hospital", "clear"):
        await city.step(first, verb)
    await city.step(second, "on-scene")
    await city.step(second, "clear")

    await asyncio.gather(watch.release(), BedWatch(ground.database, ground.clock).release())

    assert await watch.release() == 0
    told = {one.assignment_id: one for one in await city.running.told(DestinationReleased)}
    assert {name: one.is_handed_over for name, one in told.items()} == {
        first["id"]: True, second["id"]: False,
    }  # fmt: skip
    assert len(await city.running.told(DestinationReleased)) == 2
    [row] = (await get(city.desk, "/v1/beds"))["items"]
    assert (row["hospital_id"], row["beds_free"], row["beds_kept"]) == (hospital, 1, 0)


async def test_who_is_sent_to_another_hospital_gives_the_first_bed_up(city: City) -> None:
    near, far = (
        await a_hospital(city, "H1", away=0.01, beds=1),
        await a_hospital(city, "H2", away=0.05),
    )
    [one] = await city.order(await city.incident("medical"), "A1")
    await _go(city, one)

    other = await _go(city, one, hospital_id=far)

    assert other.json()["hospital_id"] == far
    beds = {
        each["hospital_id"]: each["beds_kept"]
        for each in (await get(city.desk, "/v1/beds"))["items"]
    }
    assert beds == {near: 0, far: 1}


async def test_who_may_count_and_where(city: City) -> None:
    incident_id = await city.incident("medical")
    path = f"/v1/incidents/{incident_id}/casualties"
    stranger = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))
    viewer = city.centre.client(Role.VIEWER, seat=None)

    assert (await city.crew("A1").put(path, json={})).status_code in (403, 404)
    [one] = await city.order(incident_id, "A1")
    assert (await city.crew("A1").put(path, json={"immediate": 2})).status_code == 200
    assert (await stranger.put(path, json={})).status_code == 404
    assert (await viewer.put(path, json={})).status_code == 403
    assert (
        await viewer.put(f"/v1/hospitals/{new_id()}/beds", json={"beds_free": 1})
    ).status_code == 403
    assert (
        await city.desk.put(f"/v1/hospitals/{new_id()}/beds", json={"beds_free": 1})
    ).status_code == 404
    unknown = await _go(city, one, hospital_id=new_id())
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_hospital")
    assert (await _go(city, one)).json()["code"] == "no_bed_left"
    await city.step(one, "on-scene")
    await city.step(one, "clear")
    assert (await _go(city, one)).json()["code"] == "assignment_ended"
    await city.close(incident_id)
    over = await city.desk.put(path, json={"immediate": 1})
    assert (over.status_code, over.json()["code"]) == (409, "incident_over")
