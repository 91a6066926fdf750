"""A phone in the field: a grid worker's task, a crew's call, and a while without a network."""

import time
from collections.abc import Callable, Generator
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import Visitor
from .desk import City, items

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOK_PAUSE_S: Final = 0.1
LOOKS_MAX: Final = 200
SEEN_WITHIN_MS: Final = 1_500
"""An answer is on the page by then, and the page has not looked by itself again."""
KEPT: Final = "() => JSON.parse(localStorage.getItem('beaconfire.outbox') ?? '[]').length"
NO_NETWORK: Final = "net::ERR_INTERNET_DISCONNECTED"
"""What Chromium itself says of each request while it has no network."""


@pytest.fixture
def desk(city: City) -> Generator[httpx.Client]:
    with city.client(city.credentials.desk) as client:
        yield client


def _opened(desk: httpx.Client, type_code: str, lon: float, lat: float) -> str:
    """The incident of a report that nobody else gave."""
    report = {
        "channel": "phone",
        "type": type_code,
        "text": f"{type_code} seen",
        "position": {"lon": lon, "lat": lat, "accuracy_m": 20},
    }
    told = desk.post("/v1/reports", json=report).raise_for_status().json()
    return told["incident_id"]


def _first(look: Callable[[], list[dict[str, Any]]]) -> dict[str, Any]:
    for _ in range(LOOKS_MAX):
        if found := look():
            return found[0]
        time.sleep(LOOK_PAUSE_S)
    raise AssertionError("nothing came")


def _task(desk: httpx.Client, lon: float, lat: float) -> dict[str, Any]:
    """A task to look at a fallen tree, offered to the worker of the place."""
    incident = _opened(desk, "city.tree-down", lon, lat)
    return _first(lambda: _about(items(desk, "/v1/tasks", state="active"), incident))


def _about(rows: list[dict[str, Any]], incident: str) -> list[dict[str, Any]]:
    return [one for one in rows if one["incident_id"] == incident]


def _state(desk: httpx.Client, task: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in items(desk, "/v1/tasks") if one["id"] == task["id"])


def _worker(visit: Visitor, city: City, task: dict[str, Any], language: str = "en") -> Page:
    name = city.sign_in_of(task["person_id"])
    return visit().sign_in_to_field(name, city.password_of(name), language=language)


def test_a_grid_worker_accepts_arrives_and_is_done(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    task = _task(desk, 174.750, -36.890)
    page = _worker(visit, city, task, "zh")

    expect(page.locator("article")).to_contain_text("倒树")
    expect(page.locator("article")).to_contain_text("核实")
    for button, told in (("接受", "accepted"), ("到达", "arrived")):
        page.get_by_role("button", name=button, exact=True).click()
        _first(lambda told=told: [one for one in [_state(desk, task)] if one["state"] == told])
    page.get_by_role("button", name="属实", exact=True).click()

    expect(page.locator("article")).to_have_count(0)
    done = _first(lambda: [one for one in [_state(desk, task)] if one["state"] == "done"])
    assert done["finding"] == "confirmed"
    expect(page.locator("li", has_text="倒树")).to_contain_text("属实：已完成，待核查")


def test_an_older_answer_that_arrives_late_does_not_take_a_step_back(
    city: City, visit: Visitor, desk: httpx.Client
) -> None:
    task = _task(desk, 174.7455, -36.8711)
    page = _worker(visit, city, task)
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    late: list[Route] = []

    def hold(route: Route) -> None:
        if late:
            route.continue_()
        else:
            late.append(route)

    page.route("**/v1/tasks?*", hold)
    for _ in range(LOOKS_MAX):
        if late:
            break
        page.wait_for_timeout(LOOK_PAUSE_S * 1_000)
    old = desk.get("/v1/tasks", params={"state": "active"}).raise_for_status().json()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("button", name="Arrived")).to_be_visible()
    _first(lambda: [one for one in [_state(desk, task)] if one["state"] == "accepted"])
    page.wait_for_timeout(SEEN_WITHIN_MS)
    late[0].fulfill(json={**old, "items": _about(old["items"], task["incident_id"])})
    page.wait_for_timeout(SEEN_WITHIN_MS)

    assert page.get_by_role("button", name="Accept").count() == 0
    assert page.get_by_role("button", name="Arrived").is_visible()


def test_a_grid_worker_who_cannot_go_says_why(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    task = _task(desk, 174.720, -36.905)
    page = _worker(visit, city, task)

    page.get_by_text("Cannot go…").click()
    page.get_by_role("button", name="Too far").click()

    expect(page.locator("article")).to_have_count(0)
    told = _first(lambda: [one for one in [_state(desk, task)] if one["state"] == "cannot"])
    assert told["reason"] == "too_far"


def _ordered(desk: httpx.Client, city: City, sign: str, at: tuple[float, float]) -> dict[str, Any]:
    incident = _opened(desk, "medical.fall", *at)
    body = {"unit_ids": [city.crew(sign).unit_id]}

    def order() -> list[dict[str, Any]]:
        told = desk.post(f"/v1/incidents/{incident}/dispatch", json=body)
        return told.json()["assignments"] if told.status_code == 201 else []

    return _first(order)


def _assignment(desk: httpx.Client, order: dict[str, Any]) -> dict[str, Any]:
    return desk.get(f"/v1/assignments/{order['id']}").raise_for_status().json()


def test_a_crew_acknowledges_drives_arrives_and_is_clear(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    order = _ordered(desk, city, "A05", (174.880, -36.960))
    page = visit().sign_in_to_field("crew.a05", city.password_of("crew.a05"))

    expect(page.locator("article")).to_contain_text("Fall")
    expect(page.locator("article")).to_contain_text("Nobody else was sent")
    for button, status in (
        ("Acknowledge", "acknowledged"), ("En route", "en_route"), ("On scene", "on_scene"),
    ):  # fmt: skip
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".done", has_text=button)).to_be_visible()
        _first(lambda at=status: [one for one in [_assignment(desk, order)] if one["status"] == at])
    expect(page.get_by_role("button", name="To hospital", exact=True)).to_be_visible()
    page.get_by_role("button", name="Clear", exact=True).click()

    expect(page.locator("article")).to_have_count(0)
    ended = _first(
        lambda: [one for one in [_assignment(desk, order)] if one["status"] == "cleared"]
    )
    assert list(ended["steps"]) == ["acknowledged", "en_route", "on_scene", "cleared"]


def test_a_crew_that_is_unable_says_why_and_is_off_the_call(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    order = _ordered(desk, city, "A04", (174.610, -36.880))
    page = visit().sign_in_to_field("crew.a04", city.password_of("crew.a04"))

    page.get_by_text("Unable…").click()
    page.get_by_role("button", name="Vehicle fault").click()

    expect(page.locator("article")).to_have_count(0)
    assert _first(lambda: [one for one in [_assignment(desk, order)] if one["status"] == "refused"])


def test_what_is_told_without_a_network_is_kept_shown_as_waiting_and_counts_once(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    order = _ordered(desk, city, "A03", (174.680, -36.850))
    window = visit()
    page = window.sign_in_to_field("crew.a03", city.password_of("crew.a03"))
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    _first(lambda: [one for one in [_assignment(desk, order)] if one["status"] == "acknowledged"])

    window.context.set_offline(True)
    page.get_by_role("button", name="En route", exact=True).click()

    expect(page.locator(".notice").first).to_contain_text("No network")
    expect(page.locator(".notice").nth(1)).to_have_text("1 waiting to be sent")
    expect(page.locator(".waiting")).to_contain_text("Waiting to be sent")
    assert page.evaluate(KEPT) == 1
    assert _assignment(desk, order)["status"] == "acknowledged"
    said = [one for one in window.complaints if NO_NETWORK not in one]
    assert said == []

    window.context.set_offline(False)
    expect(page.locator(".notice")).to_have_count(0)
    window.complaints.clear()
    assert page.evaluate(KEPT) == 0
    assert _assignment(desk, order)["status"] == "en_route"

    def told() -> list[dict[str, Any]]:
        timeline = items(desk, f"/v1/incidents/{order['incident_id']}/timeline")
        return [one for one in timeline if "assignment-en-route" in one["type"]]

    _first(told)
    assert len(told()) == 1
