"""Reading over HTTP: pages, filters, boxes, timelines, types; nobody sees beyond their reach."""

import pytest

from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.centre import AKL, Centre
from beaconfire_testkit.service import a_subject


async def _numbers(centre: Centre, **asked: str | int) -> list[int]:
    answer = await centre.client().get("/v1/incidents", params=asked)
    assert answer.status_code == 200, answer.text
    return [one["number"] for one in answer.json()["items"]]


async def test_pages_go_down_the_numbers_without_a_gap(centre: Centre) -> None:
    told = [(await centre.report(position=None))["number"] for _ in range(5)]
    seen: list[int] = []
    params: dict[str, str | int] = {"limit": 2}
    while True:
        page = (await centre.client().get("/v1/incidents", params=params)).json()
        seen += [one["number"] for one in page["items"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]

    assert seen == sorted(told, reverse=True)


async def test_filters_narrow_the_list(centre: Centre) -> None:
    fire = await centre.report()
    crash = await centre.report(
        type="traffic.collision", text="two cars", at=(AKL[0] + 0.1, AKL[1])
    )
    await centre.client().post(f"/v1/incidents/{fire['incident_id']}/take", json={})
    await centre.client().post(f"/v1/incidents/{crash['incident_id']}/handle", json={})

    assert await _numbers(centre, status="open") == [fire["number"]]
    assert await _numbers(centre, type="traffic") == [crash["number"]]
    assert await _numbers(centre, priority=1) == [fire["number"]]
    assert await _numbers(centre, seat=centre.seats[0]) == [fire["number"]]
    assert await _numbers(centre, since="2099-01-01T00:00:00Z") == []
    assert await _numbers(centre, bbox="174.85,-37,175,-36") == [crash["number"]]


async def test_what_is_not_placed_yet_is_listed_in_the_division_that_received_it(
    centre: Centre,
) -> None:
    silent = await centre.report(position=None)

    assert await _numbers(centre, division="akl") == [silent["number"]]
    assert await _numbers(centre, division="ak") == []


async def test_a_box_may_cross_the_180th_meridian(centre: Centre) -> None:
    chatham = await centre.report(at=(-176.5, -44.0))
    await centre.report()

    assert await _numbers(centre, bbox="178,-50,-170,-40") == [chatham["number"]]


@pytest.mark.parametrize("bbox", ["1,2,3", "a,b,c,d", "0,10,1,5", "nan,0,1,1", "0,0,181,1"])
async def test_a_box_that_is_none_is_refused_with_its_pointer(centre: Centre, bbox: str) -> None:
    answer = await centre.client().get("/v1/incidents", params={"bbox": bbox})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_box")
    assert answer.json()["pointer"] == "/bbox"


async def test_a_list_names_nobody_who_reported(centre: Centre) -> None:
    await centre.report(reporter={"name": "Ana", "phone": "+64 21 000"})

    text = (await centre.client().get("/v1/incidents")).text

    assert "Ana" not in text
    assert '"reporter_masked":true' in text


async def test_beyond_ones_reach_there_is_nothing(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    far = centre.running.client(a_subject(Role.DISPATCHER, reach="wlg"))

    assert (await far.get("/v1/incidents")).json()["items"] == []
    assert (await far.get(f"/v1/incidents/{one}")).status_code == 404
    assert (await far.get(f"/v1/incidents/{one}/timeline")).status_code == 404
    assert (await centre.client().get(f"/v1/incidents/{new_id()}")).status_code == 404
    assert (await centre.running.client().get("/v1/incidents")).status_code == 401


async def test_a_timeline_is_read_page_by_page_oldest_first(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    desk = centre.client()
    for n in range(3):
        await desk.post(f"/v1/incidents/{one}/notes", json={"text": f"note {n}"})
    await centre.running.catch_up()
    path, texts = f"/v1/incidents/{one}/timeline", list[str | None]()
    page = (await desk.get(path, params={"limit": 2})).json()
    while True:
        texts += [line["text"] for line in page["items"]]
        if page["next"] is None:
            break
        page = (await desk.get(path, params={"limit": 2, "cursor": page["next"]})).json()

    assert texts == [None, None, "note 0", "note 1", "note 2"]


async def test_what_was_heard_late_stands_where_it_was_told(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    await centre.running.catch_up()
    await centre.running.ground.database.pool.execute(
        "update timeline set told_at = told_at - seq * interval '1 minute' where incident_id = $1",
        one,
    )  # as if other services' topics had been read first
    desk, path = centre.client(), f"/v1/incidents/{one}/timeline"
    whole = [line["fact_id"] for line in (await desk.get(path)).json()["items"]]
    paged, cursor = list[str](), {}
    while cursor is not None:
        page = (await desk.get(path, params={"limit": 1, **cursor})).json()
        paged += [line["fact_id"] for line in page["items"]]
        cursor = None if page["next"] is None else {"cursor": page["next"]}
    heard = await centre.running.ground.database.pool.fetch(
        "select fact_id::text from timeline where incident_id = $1 order by seq desc", one
    )

    assert len(whole) > 1
    assert whole == paged == [row["fact_id"] for row in heard]


async def test_types_come_in_both_languages(centre: Centre) -> None:
    items = (await centre.client().get("/v1/incident-types")).json()["items"]

    assert "fire.structure" in {one["code"] for one in items}
    assert all(one["name_zh"] and one["name_en"] for one in items)
