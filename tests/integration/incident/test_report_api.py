"""Reports over HTTP: completed, placed, ended, moved; who told it is for the seat that has it."""

from typing import Any

from beaconfire_contracts.facts.incident import CallbackDue, ReportAttached, ReportDetached
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.centre import AKL, Centre, a_report
from beaconfire_testkit.service import a_subject

FAR = (AKL[0] + 0.05, AKL[1])
CALLER: dict[str, Any] = {
    "reporter": {"name": "Ana", "phone": "+64 21 000"},
    "call": {"id": "c-1", "answered_at": "2026-11-01T10:00:00Z", "callback": "+64 21 000"},
}


async def test_who_told_it_is_shown_to_the_seat_that_has_the_incident_only(
    centre: Centre,
) -> None:
    told = await centre.report(**CALLER)
    await centre.client().post(f"/v1/incidents/{told['incident_id']}/take", json={})
    path = f"/v1/reports/{told['report_id']}"

    ours = (await centre.client().get(path)).json()
    theirs = (await centre.client(seat=1).get(path)).json()

    assert (ours["reporter"], ours["reporter_masked"]) == (CALLER["reporter"], False)
    assert (theirs["reporter"], theirs["reporter_masked"]) == ({}, True)
    assert (ours["call"]["callback"], theirs["call"]["callback"]) == ("+64 21 000", None)
    assert theirs["text"] == "smoke from the roof"


async def test_an_amendment_types_an_untyped_incident_and_keeps_the_rest(centre: Centre) -> None:
    told = await centre.report(type=None, text="something burns", **CALLER)

    answer = await centre.client().post(
        f"/v1/reports/{told['report_id']}/amend", json={"type": "fire.structure"}
    )

    assert (answer.status_code, answer.json()["text"]) == (200, "something burns")
    assert answer.json()["reporter"] == CALLER["reporter"]
    incident = await centre.incident(told["incident_id"])
    assert (incident["type"], incident["version"]) == ("fire.structure", 4)


async def test_a_surer_position_moves_the_incident_and_a_vaguer_one_does_not(
    centre: Centre,
) -> None:
    told = await centre.report()
    path = f"/v1/reports/{told['report_id']}/locations"

    async def locate(lon: float, accuracy_m: float) -> Any:
        position = {"lon": lon, "lat": AKL[1], "accuracy_m": accuracy_m}
        answer = await centre.client().post(path, json={"position": position, "method": "device"})
        assert answer.status_code == 200, answer.text
        return (await centre.incident(told["incident_id"]))["place"]["point"]["lon"]

    assert await locate(174.70, 500.0) == AKL[0]
    assert await locate(174.76, 4.0) == 174.76


async def test_a_caller_who_hung_up_is_rung_back_and_a_call_ends_once(centre: Centre) -> None:
    told = await centre.report(**CALLER)
    path = f"/v1/reports/{told['report_id']}/end"
    body = {"ended_at": "2026-11-01T10:01:00Z", "ended_how": "hung_up"}

    ended = await centre.client().post(path, json=body)
    again = await centre.client().post(path, json=body)

    assert ended.status_code == 200, ended.text
    assert (again.status_code, again.json()["code"]) == (409, "no_call")
    assert len(await centre.running.told(CallbackDue)) == 1
    assert (await centre.incident(told["incident_id"]))["version"] == 4


async def test_a_report_goes_off_into_an_incident_of_its_own_and_back(centre: Centre) -> None:
    first = await centre.report()
    second = await centre.report(text="flames on the roof")
    desk, path = centre.client(), f"/v1/reports/{second['report_id']}"

    off = await desk.post(f"{path}/detach")
    alone = await desk.post(f"{path}/detach")
    there = await desk.post(f"{path}/attach", json={"incident_id": off.json()["incident_id"]})
    back = await desk.post(f"{path}/attach", json={"incident_id": first["incident_id"]})

    assert off.status_code == 200, off.text
    assert off.json()["incident_id"] != first["incident_id"]
    assert (alone.json()["code"], there.json()["code"]) == ("only_report", "already_there")
    assert (back.status_code, back.json()["code"]) == (409, "only_report")
    own = await centre.incident(off.json()["incident_id"])
    assert [one["text"] for one in own["reports"]] == ["flames on the roof"]
    assert len(await centre.running.told(ReportDetached)) == 1


async def test_a_report_that_a_person_attaches_makes_it_as_urgent_as_it_says(
    centre: Centre,
) -> None:
    calm = await centre.report(type="traffic.collision", text="two cars")
    other = await centre.report(type="traffic.collision", text="bumper", at=FAR)
    urgent = await centre.report(type="traffic.collision", text="not breathing", at=FAR)
    assert urgent["incident_id"] == other["incident_id"]

    answer = await centre.client().post(
        f"/v1/reports/{urgent['report_id']}/attach", json={"incident_id": calm["incident_id"]}
    )

    assert answer.status_code == 200, answer.text
    assert (await centre.incident(calm["incident_id"]))["priority"] == 1
    assert len(await centre.running.told(ReportAttached)) == 1


async def test_a_report_is_not_attached_to_what_its_mover_may_not_see(centre: Centre) -> None:
    first = await centre.report()
    second = await centre.report(text="flames")
    desk, path = centre.client(), f"/v1/reports/{second['report_id']}/attach"
    hidden = await centre.report(at=FAR)
    await centre.running.ground.database.pool.execute(
        "update incident set path = 'wlg.d1.c1', owner_body = 'x' where incident_id = $1",
        hidden["incident_id"],
    )

    away = await desk.post(path, json={"incident_id": hidden["incident_id"]})
    none = await desk.post(path, json={"incident_id": new_id()})

    assert (away.status_code, none.status_code) == (404, 404)
    assert len((await centre.incident(first["incident_id"]))["reports"]) == 2


async def test_what_cannot_be_right_is_refused_before_anything_is_kept(centre: Centre) -> None:
    desk = centre.client()
    unknown = await desk.post("/v1/reports", json=a_report(type="no.such"))
    extra = await desk.post("/v1/reports", json=a_report() | {"surprise": 1})
    viewer = centre.running.client(a_subject(Role.VIEWER, reach="akl"))
    refused = await viewer.post("/v1/reports", json=a_report())

    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_type")
    assert unknown.json()["pointer"] == "/type"
    assert (extra.status_code, refused.status_code) == (422, 403)
    assert (await desk.get("/v1/incidents")).json() == {"items": [], "next": None}
