"""A grid worker's phone: the receipt, the ladder, where to stand, what was found, a bad net."""

import time
from collections.abc import Callable, Generator
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Visitor
from .desk import KEPT, WAIT_MS, City, Visit, items

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOK_PAUSE_S: Final = 0.1
LOOKS_MAX: Final = WAIT_MS // 100
NO_NETWORK: Final = "net::ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def desk(city: City) -> Generator[httpx.Client]:
    with city.client(city.credentials.desk) as client:
        yield client


def _until(look: Callable[[], list[dict[str, Any]]]) -> dict[str, Any]:
    for _ in range(LOOKS_MAX):
        if found := look():
            return found[0]
        time.sleep(LOOK_PAUSE_S)
    raise AssertionError("nothing came")


def _report(desk: httpx.Client, type_code: str, lon: float, lat: float) -> str:
    told = {
        "channel": "phone", "type": type_code, "text": f"{type_code} seen",
        "position": {"lon": lon, "lat": lat, "accuracy_m": 20},
    }  # fmt: skip
    return desk.post("/v1/reports", json=told).raise_for_status().json()["incident_id"]


def _tasks(desk: httpx.Client, incident: str) -> list[dict[str, Any]]:
    return [one for one in items(desk, "/v1/tasks") if one["incident_id"] == incident]


def _task(desk: httpx.Client, lon: float, lat: float) -> dict[str, Any]:
    incident = _report(desk, "city.tree-down", lon, lat)
    return _until(lambda: [one for one in _tasks(desk, incident) if one["person_id"]])


def _now(desk: httpx.Client, task: dict[str, Any]) -> dict[str, Any]:
    return desk.get(f"/v1/tasks/{task['id']}").raise_for_status().json()


def _card(page: Page, task: dict[str, Any]) -> Locator:
    """This task's own card: its worker may have others."""
    return page.locator("article", has=page.locator(f"#task-{task['id']}"))


def _window(visit: Visitor, city: City, person_id: str, language: str) -> tuple[Visit, Page]:
    name = city.sign_in_of(person_id)
    window = visit()
    return window, window.sign_in_to_field(name, city.password_of(name), language=language)


@pytest.mark.parametrize(
    ("language", "receipt", "is_next", "place"),
    [("zh", "已阅，席位已知", "前无人接受，转", (174.9061, -36.8973)),
     ("en", "the desk knows", "is asked", (174.8161, -36.9873))],
)  # fmt: skip
def test_a_task_is_seen_when_it_is_shown_and_its_ladder_stands_below_it(
    visit: Visitor, city: City, desk: httpx.Client, language: str, receipt: str, is_next: str,
    place: tuple[float, float],
) -> None:  # fmt: skip
    task = _task(desk, *place)
    assert _now(desk, task)["seen_at"] is None

    window, page = _window(visit, city, task["person_id"], language)

    card = _card(page, task)
    expect(card.locator(".receipt")).to_contain_text(receipt)
    _until(lambda: [one for one in [_now(desk, task)] if one["seen_at"]])
    rungs = card.locator("ol li")
    expect(rungs.first).to_contain_text("（你）" if language == "zh" else "(you)")
    assert rungs.count() == len(_now(desk, task)["ladder"])
    expect(card.locator("section p")).to_contain_text(is_next)
    assert window.breaches() == []


def test_who_cannot_go_sees_to_whom_it_went_and_the_deputys_phone_has_it(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    task = _task(desk, 174.8836, -37.0772)
    _, page = _window(visit, city, task["person_id"], "zh")

    card = _card(page, task)
    card.get_by_text("不能去…").click()
    card.get_by_role("button", name="有危险").click()

    expect(page.locator("li", has_text="倒树")).to_contain_text("不能去：有危险")
    after = _until(
        lambda: [
            one for one in _tasks(desk, task["incident_id"])
            if one["id"] != task["id"] and one["person_id"]
        ]
    )  # fmt: skip
    _, deputy = _window(visit, city, after["person_id"], "zh")
    expect(_card(deputy, after).locator("ol li").first).to_contain_text("不能去")
    expect(_card(deputy, after).locator("ol li.here")).to_contain_text("（你）")


@pytest.mark.parametrize(
    ("language", "keep", "stand", "place"),
    [("zh", "与险处保持 300 米以上", "站位在现场", (174.7261, -36.8793)),
     ("en", "Keep 300 m away from the danger", "Stand ", (174.8171, -36.9881))],
)  # fmt: skip
def test_who_keeps_away_is_told_how_far_and_where_to_stand(
    visit: Visitor, city: City, desk: httpx.Client, language: str, keep: str, stand: str,
    place: tuple[float, float],
) -> None:  # fmt: skip
    incident = _report(desk, "fire.structure", *place)
    asked = {"kind": "watch", "stand_off_m": 300.0}
    task = _until(
        lambda: [
            told.json()
            for told in [desk.post(f"/v1/incidents/{incident}/tasks", json=asked)]
            if told.status_code == 201 and told.json()["person_id"] and told.json()["point"]
        ]
    )
    window, page = _window(visit, city, task["person_id"], language)

    card = _card(page, task)
    expect(card.locator(".keep")).to_have_text(keep)
    expect(card.locator(".danger")).to_contain_text(stand)
    link = card.locator(".danger a").get_attribute("href")
    assert link == f"geo:{task['point']['lat']},{task['point']['lon']}"
    assert task["point"] != task["incident_point"]
    assert window.breaches() == []


def test_what_was_found_is_told_and_whether_it_was_checked_comes_back(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    task = _task(desk, 174.6587, -36.7714)
    window, page = _window(visit, city, task["person_id"], "en")
    card = _card(page, task)
    for button in ("Accept", "Arrived"):
        card.get_by_role("button", name=button, exact=True).click()
    expect(card.get_by_text("What did you find?")).to_be_visible()
    assert window.breaches() == []

    card.get_by_role("button", name="Nothing there").click()

    ended = page.locator("li", has_text="Verify")
    expect(ended.first).to_contain_text("Nothing there: done, to be checked")
    done = _until(lambda: [one for one in [_now(desk, task)] if one["state"] == "done"])
    assert done["finding"] == "not_found"
    desk.post(f"/v1/tasks/{task['id']}/check", json={}).raise_for_status()
    expect(ended.first).to_contain_text("Nothing there: checked, in order")


def test_without_a_net_receipt_and_steps_are_kept_and_each_counts_once(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    task = _task(desk, 174.8161, -36.9513)
    window, page = _window(visit, city, task["person_id"], "en")
    _until(lambda: [one for one in [_now(desk, task)] if one["seen_at"]])

    window.lose_the_net()
    card = _card(page, task)
    card.get_by_role("button", name="Accept", exact=True).click()
    card.get_by_role("button", name="Arrived", exact=True).click()
    expect(page.locator(".notice").nth(1)).to_have_text("2 waiting to be sent")
    assert page.evaluate(KEPT) == 2
    assert _now(desk, task)["state"] == "offered"
    assert [one for one in window.complaints if NO_NETWORK not in one] == []

    window.context.set_offline(False)
    expect(page.locator(".notice")).to_have_count(0)
    window.complaints.clear()
    _until(lambda: [one for one in [_now(desk, task)] if one["state"] == "arrived"])
    path = f"/v1/incidents/{task['incident_id']}/timeline"
    told = ["task-offered", "task-seen", "task-state-changed", "task-state-changed"]

    def sorts() -> list[str]:
        return [one["type"].split(".")[2] for one in items(desk, path) if "task-" in one["type"]]

    _until(lambda: [one for one in [{"sorts": sorts()}] if len(one["sorts"]) >= len(told)])
    assert sorts() == told
