"""Run cards and alarms over HTTP: all or none, by version, by who may; a preview keeps nothing."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.facts.dispatch import NextAlarmStruck, RecommendationMade, ResponseOpened
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import UNPLACED
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_dispatch.adapters.run_cards import KnownCards, PgCardEditions
from beaconfire_dispatch.domain.run_card import RunCard, RunCards
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City, a_placing, get, post
from beaconfire_testkit.grid import area
from beaconfire_testkit.service import ServiceUnderTest, a_subject

ENGINE, TWO = {"capability": "engine", "count": 1}, {"capability": "engine", "count": 2}
LADDER = {"capability": "ladder", "count": 1, "alternatives": ["engine"], "group": "pair"}
SMALL = {"type": "fire", "steps": [[ENGINE], [TWO, LADDER]], "stand_off_m": 80}
LOCAL = {"area": "akl.d1", "type": "fire", "steps": [[TWO]]}


async def _put(client: httpx.AsyncClient, body: str, *cards: Any, replaces: int = 0) -> Any:
    asked = {"body": body, "replaces": replaces, "cards": list(cards)}
    return await client.put("/v1/run-cards", json=asked)


async def _issue(city: City, *cards: Any, replaces: int = 0) -> dict[str, Any]:
    answer = await _put(city.administrator, city.centre.body, *cards, replaces=replaces)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _strike(city: City, incident_id: str, level: int, **more: Any) -> httpx.Response:
    path = f"/v1/incidents/{incident_id}/alarm"
    return await city.desk.post(path, json={"level": level}, **more)


async def test_cards_are_issued_version_by_version_and_read_back_in_their_order(
    mapped: City,
) -> None:
    first = await _issue(mapped, SMALL, LOCAL)
    second = await _issue(mapped, LOCAL, replaces=1)

    read = await get(mapped.desk, "/v1/run-cards", body=mapped.centre.body)
    older = await get(mapped.desk, "/v1/run-cards", body=mapped.centre.body, version=1)
    assert (second["version"], read["version"], read["newest"]) == (2, 2, 2)
    assert (older["items"], older["newest"]) == (first["items"], 2)
    assert [one["area"] for one in older["items"]] == [None, "akl.d1"]
    [_, step] = older["items"][0]["steps"]
    assert step[1] == LADDER
    assert older["items"][0]["stand_off_m"] == 80


async def test_what_a_body_leaves_out_the_builds_cards_answer_and_are_named_for_it(
    mapped: City,
) -> None:
    issued = await _issue(mapped, SMALL, LOCAL)
    chest = {"type": "medical.chest-pain", "lon": AKL[0], "lat": AKL[1]}

    seen = await get(mapped.desk, "/v1/run-cards/preview", **chest)

    assert "medical" in issued["still_carried"]
    assert not [one for one in issued["still_carried"] if one.startswith("fire")]
    assert (seen["card"]["body"], seen["card"]["version"]) == (None, 0)
    assert {one["capability"] for one in seen["would"]["needs"]} >= {"ambulance"}


async def test_an_area_that_the_grid_has_not_is_refused_by_its_place(mapped: City) -> None:
    bad = LOCAL | {"area": "akl.d7"}

    answer = await _put(mapped.administrator, mapped.centre.body, SMALL, LOCAL, bad)

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["pointer"], problem["area"]) == (
        422, "unknown_card_area", "/cards/2/area", "akl.d7",
    )  # fmt: skip


async def test_a_response_area_in_force_has_its_card_between_the_cell_and_the_district(
    mapped: City, geo: ServiceUnderTest
) -> None:
    box = area("ra1", "response_area", None, (AKL[0] - 0.01, AKL[1] - 0.01, 180, AKL[1] + 0.01))
    body = {"type": "FeatureCollection", "crs": "WGS84", "features": [box]}
    of_box = {"area": "ra1", "type": "fire", "steps": [[LADDER]]}
    early = await _put(mapped.administrator, mapped.centre.body, of_box)
    async with geo.client(a_subject(Role.ADMINISTRATOR)) as keeper:
        answer = await keeper.put("/v1/layers/response-areas", json=body)
        assert answer.status_code == 200, answer.text

    await _issue(mapped, SMALL, LOCAL, of_box)
    where = {"type": "fire.forest", "lon": AKL[0], "lat": AKL[1]}
    supposed = await get(mapped.desk, "/v1/run-cards/preview", **where)
    at_sea = await get(mapped.desk, "/v1/run-cards/preview", **where | {"lon": 178.5})
    beside = await get(mapped.desk, "/v1/run-cards/preview", **where | {"lat": AKL[1] + 0.02})
    opened = mapped.opened("fire")
    await mapped.running.tell(opened, replace(a_placing(opened), response_areas=("ra1",)))
    await mapped.running.catch_up()
    reported = opened.incident_id
    open_one = await get(mapped.desk, "/v1/run-cards/preview", incident_id=reported)
    await _issue(mapped, SMALL, of_box, LOCAL | {"area": "c1"}, replaces=1)
    in_cell = await get(mapped.desk, "/v1/run-cards/preview", incident_id=reported)

    assert early.json()["code"] == "unknown_card_area"
    shown = (supposed, at_sea, beside, open_one, in_cell)
    assert [one["card"]["area"] for one in shown] == ["ra1", "ra1", None, "ra1", "c1"]
    told = (await mapped.running.told(ResponseOpened))[-1]
    assert (told.run_card.area, [one.capability for one in told.needs]) == ("ra1", ["ladder"])


async def test_while_geo_is_away_cards_of_no_new_area_are_taken(city: City) -> None:
    """Dispatch alone: nobody says which areas there are."""
    placed = await _put(city.administrator, city.centre.body, LOCAL)
    wide = await _put(city.administrator, city.centre.body, SMALL)
    known = RunCard("fire", ((Need("engine", 1),),), "akl.d1")
    async with city.running.ground.database.pool.acquire() as connection:
        await PgCardEditions(connection, KnownCards()).add(
            RunCards.of_cards(BodyId(city.centre.body), 2, [known]),
            issued_by="mei", issued_at=wall_now(),
        )  # fmt: skip
    again = await _put(city.administrator, city.centre.body, LOCAL, replaces=2)

    assert (placed.status_code, placed.json()["code"]) == (503, "grid_away")
    assert (wide.status_code, again.status_code) == (200, 200)


async def test_a_body_that_has_issued_none_is_shown_those_of_the_build(city: City) -> None:
    read = await get(city.desk, "/v1/run-cards", body=city.centre.body)

    assert (read["version"], read["newest"]) == (0, 0)
    assert "fire.structure" in {one["type"] for one in read["items"]}
    missing = await city.desk.get("/v1/run-cards", params={"body": city.centre.body, "version": 3})
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("card", "code", "pointer"),
    [
        ({"type": "flood", "steps": [[{"capability": "unicorn", "count": 1}]]},
         "unknown_capability", "/cards/1/steps/0/0/capability"),
        ({"type": "flood", "steps": [[TWO], [ENGINE]]}, "step_asks_less", "/cards/1/steps/1"),
        ({"type": "flood", "steps": [[]]}, "empty_card", "/cards/1"),
        (SMALL, "same_card_twice", "/cards/1"),
        ({"type": "fire", "steps": [[{"capability": "engine", "count": 0}]]},
         "invalid", "/cards/1/steps/0/0/count"),
        ({"type": "fire", "steps": []}, "invalid", "/cards/1/steps"),
    ],
)  # fmt: skip
async def test_a_card_that_could_not_be_followed_is_refused_by_its_place_and_none_is_kept(
    city: City, card: Any, code: str, pointer: str
) -> None:
    answer = await _put(city.administrator, city.centre.body, SMALL, card)

    assert answer.status_code == 422
    problem = answer.json()
    pointers = [problem.get("pointer")] + [one["pointer"] for one in problem.get("errors", [])]
    assert (problem["code"], pointer in pointers) == (code, True), problem
    read = await get(city.desk, "/v1/run-cards", body=city.centre.body)
    assert read["newest"] == 0


async def test_whoever_read_an_older_version_does_not_overwrite_a_newer_one(city: City) -> None:
    await _issue(city, SMALL)

    stale = await _put(city.administrator, city.centre.body, SMALL, replaces=0)

    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (
        409, "stale_version", 1,
    )  # fmt: skip


async def test_only_who_may_issues_cards_and_only_those_of_their_own_body(city: City) -> None:
    desk = await _put(city.desk, city.centre.body, SMALL)
    elsewhere = await _put(city.administrator, new_id(), SMALL)
    leader = await _put(city.centre.client(Role.SHIFT_LEADER), city.centre.body, SMALL)

    assert [one.status_code for one in (desk, elsewhere, leader)] == [403, 403, 200]
    rows = await city.running.ground.database.pool.fetch(
        "select object, result from audit where action = 'run-card.write' order by id"
    )
    assert [one["result"] for one in rows][-1] == "done"
    assert rows[-1]["object"] == f"run-cards/{city.centre.body}/1"
    assert len(rows) == 3


async def test_a_second_alarm_asks_for_the_next_step_and_the_planner_answers_it(
    city: City, planner: Planner
) -> None:
    await _issue(city, SMALL)
    incident_id = await city.incident("fire")
    await city.order(incident_id, "E1")

    struck = await _strike(city, incident_id, 2)

    assert struck.status_code == 200, struck.text
    assert struck.json()["alarm_level"] == 2
    assert [one["count"] for one in struck.json()["needs"]] == [2, 1]
    [told] = await city.running.told(NextAlarmStruck)
    assert (told.level, told.run_card.version, told.run_card.type) == (2, 1, "fire")
    await planner.plan()
    proposed = (await city.running.told(RecommendationMade))[-1].units
    assert {one.unit_id for one in proposed} == {city.units[one]["id"] for one in ("E2", "L1")}
    read = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    assert read["alarm_level"] == 2
    assert read["needs"][1] == LADDER


async def test_where_no_ladder_is_free_its_alternative_is_proposed(
    city: City, planner: Planner
) -> None:
    await _issue(city, {"type": "fire", "steps": [[LADDER]]})
    await city.order(await city.incident(None), "L1")
    incident_id = await city.incident("fire")

    await planner.plan()

    read = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    [option, *_] = read["options"]
    assert [one["capability"] for one in option["units"]] == ["engine"]
    assert read["short"] == []


async def test_the_same_alarm_twice_is_one_alarm_whatever_key_it_comes_under(city: City) -> None:
    await _issue(city, SMALL)
    incident_id = await city.incident("fire")
    key = {"Idempotency-Key": new_id()}

    answers = [
        await _strike(city, incident_id, 2, headers=key),
        await _strike(city, incident_id, 2, headers=key),
        await _strike(city, incident_id, 2),
    ]

    assert {one.status_code for one in answers} == {200}
    assert len({one.text for one in answers}) == 1
    assert len(await city.running.told(NextAlarmStruck)) == 1
    rows = await city.running.ground.database.pool.fetch(
        "select object from audit where action = 'alarm.strike'"
    )
    assert {one["object"] for one in rows} == {incident_id}


async def test_an_alarm_past_the_last_step_or_after_the_end_is_refused(city: City) -> None:
    await _issue(city, SMALL)
    incident_id, unknown = await city.incident("fire"), await city.incident("zzz.none")
    over = await city.incident("fire")
    await city.close(over)

    third, none, late = [
        (await _strike(city, one, level)).json()
        for one, level in ((incident_id, 3), (unknown, 2), (over, 2))
    ]

    assert (third["code"], third["levels"], third["alarm_level"]) == ("card_exhausted", 2, 1)
    assert none["code"] == "no_run_card"
    assert late["code"] == "incident_over"
    assert (await _strike(city, incident_id, 11)).status_code == 422
    assert await city.running.told(NextAlarmStruck) == []


async def test_who_may_only_read_strikes_no_alarm_and_a_stranger_learns_nothing(
    city: City,
) -> None:
    incident_id = await city.incident()
    path, asked = f"/v1/incidents/{incident_id}/alarm", {"level": 2}
    stranger = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))
    taker = city.centre.client(Role.CALL_TAKER)

    assert (await stranger.post(path, json=asked)).status_code == 404
    assert (await taker.post(path, json=asked)).status_code == 403
    asked_of = await stranger.get("/v1/run-cards/preview", params={"incident_id": incident_id})
    assert asked_of.status_code == 404


async def test_a_preview_says_who_would_go_and_leaves_no_trace(mapped: City) -> None:
    city = mapped
    await _issue(city, SMALL, LOCAL)
    where = {"type": "fire.forest", "lon": AKL[0], "lat": AKL[1], "area": "akl.d1.c9"}

    local = await get(city.desk, "/v1/run-cards/preview", **where)
    wide = await get(city.desk, "/v1/run-cards/preview", **(where | {"area": "akl.d2"}), level=2)

    assert local["card"] == {
        "body": city.centre.body, "version": 1, "area": "akl.d1", "type": "fire", "levels": 1,
    }  # fmt: skip
    [option, *_] = local["would"]["options"]
    assert {one["call_sign"] for one in option["units"]} == {"E1", "E2"}
    assert (wide["card"]["area"], wide["level"], wide["card"]["levels"]) == (None, 2, 2)
    assert wide["would"]["needs"][1] == LADDER
    pool = city.running.ground.database.pool
    for table in ("demand", "recommendation", "snapshot"):
        assert await pool.fetchval(f"select count(*) from {table}") == 0


async def test_outside_every_cell_a_preview_follows_the_card_that_a_report_there_would(
    mapped: City,
) -> None:
    city, outside = mapped, (174.9, -36.8)
    await city.running.tell(
        replace(an_example_of(BodyRegistered), body_id=BodyId(city.centre.body), division="akl")
    )
    await city.running.catch_up()
    await _issue(city, {"area": "akl", "type": "fire", "steps": [[TWO]]})
    opened = city.opened("fire", at=outside, path=None)
    await city.running.tell(opened, a_placing(opened, UNPLACED))
    await city.running.catch_up()

    seen = await get(
        city.desk, "/v1/run-cards/preview", type="fire", lon=outside[0], lat=outside[1]
    )

    [told] = await city.running.told(ResponseOpened)
    assert told.run_card is not None
    assert (told.run_card.area, told.run_card.version) == ("akl", 1)
    assert (seen["card"]["body"], seen["card"]["version"]) == (city.centre.body, 1)
    assert (seen["card"]["area"], seen["area"]) == ("akl", "akl")
    assert [one["capability"] for one in seen["would"]["needs"]] == ["engine"]


async def test_a_preview_past_the_card_asks_for_nothing_and_says_so(city: City) -> None:
    await _issue(city, SMALL)
    incident_id = await city.incident("fire")

    third = await get(city.desk, "/v1/run-cards/preview", incident_id=incident_id, level=3)
    second = await get(city.desk, "/v1/run-cards/preview", incident_id=incident_id, level=2)

    assert (third["exhausted"], third["card"]["levels"]) == (True, 2)
    assert (third["would"]["needs"], third["would"]["options"]) == ([], [])
    assert second["exhausted"] is False


async def test_a_preview_of_an_open_incident_counts_who_is_there_already(city: City) -> None:
    await _issue(city, SMALL)
    incident_id = await city.incident("fire")
    await city.order(incident_id, "E2")

    seen = await get(city.desk, "/v1/run-cards/preview", incident_id=incident_id, level=2)

    [option, *_] = seen["would"]["options"]
    assert {one["call_sign"] for one in option["units"]} == {"E1", "L1"}
    read = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    assert read["alarm_level"] == 1


async def test_a_preview_asks_for_the_ambulances_that_the_casualties_do(city: City) -> None:
    await _issue(city, SMALL)
    incident_id = await city.incident("fire")
    counted = await city.desk.put(
        f"/v1/incidents/{incident_id}/casualties", json={"immediate": 2, "delayed": 2}
    )
    assert counted.status_code == 200, counted.text

    seen = await get(city.desk, "/v1/run-cards/preview", incident_id=incident_id)

    asked = {one["capability"]: one["count"] for one in seen["would"]["needs"]}
    assert asked["ambulance"] == 3
    assert {one["capability"]: one["count"] for one in counted.json()["needs"]} == asked


async def test_a_preview_says_what_it_lacks(city: City) -> None:
    bare = await city.desk.get("/v1/run-cards/preview")
    placeless = await city.desk.get("/v1/run-cards/preview", params={"type": "fire"})
    nothing = await get(
        city.desk, "/v1/run-cards/preview", type="zzz", lon=AKL[0], lat=AKL[1], area="akl"
    )

    assert bare.json()["code"] == placeless.json()["code"] == "supposed_incident_missing"
    assert (bare.json()["pointer"], placeless.json()["pointer"]) == ("/type", "/lon")
    assert (nothing["card"], nothing["would"]["needs"]) == (None, [])


async def test_who_acts_for_two_bodies_says_whose_cards(city: City) -> None:
    subject = a_subject(Role.DISPATCHER, reach="akl", body=city.centre.body)
    other = a_subject(Role.DISPATCHER, reach="akl")
    both = city.running.client(_with(subject, other))
    where = {"type": "fire", "lon": AKL[0], "lat": AKL[1], "area": "akl"}

    unsaid = await both.get("/v1/run-cards/preview", params=where)
    said = await both.get("/v1/run-cards/preview", params=where | {"body": city.centre.body})

    assert (unsaid.json()["code"], unsaid.json()["pointer"]) == ("body_missing", "/body")
    assert said.status_code == 200


def _with(subject: Any, other: Any) -> Any:
    return replace(subject, grants=(*subject.grants, *other.grants))


async def test_a_merge_carries_the_alarm_along(city: City) -> None:
    await _issue(city, SMALL)
    first, second = await city.incident("fire"), await city.incident("fire")
    await _strike(city, first, 2)

    await city.merge(first, second)

    told = await city.running.told(NextAlarmStruck)
    assert [(one.incident_id, one.level) for one in told] == [(first, 2), (second, 2)]
    read = await get(city.desk, f"/v1/incidents/{second}/recommendation")
    assert read["alarm_level"] == 2
    assert await post(city.desk, f"/v1/incidents/{second}/alarm", {"level": 2})
