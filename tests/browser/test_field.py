"""A phone in the field: a grid worker's task, a crew's call, and a while without a network."""

import re
import time
from collections.abc import Callable, Generator
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import Visitor
from .desk import KEPT, WAIT_MS, City, Visit, items

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOK_PAUSE_S: Final = 0.1
LOOKS_MAX: Final = WAIT_MS // 100
SEEN_WITHIN_MS: Final = 1_500
"""An answer is on the page by then, and the page has not looked by itself again."""
TRIED_FOR_MS: Final = 3_000
"""What was on its way when somebody signed out is not tried again after that."""
KEPT_PAGE: Final = """async () => {
    await navigator.serviceWorker.ready;
    const page = await (await caches.open("beaconfire.field")).match("/field");
    return page ? await page.text() : "";
}"""
LAY_AN_OLDER: Final = """async () => {
    const drawer = await caches.open("beaconfire.field");
    const kind = {headers: {"Content-Type": "text/html"}};
    const page = '<link rel="icon" href="data:,"><h1>An older page</h1>';
    await drawer.put("/field", new Response(page, kind));
}"""
ALL_THAT_IS_KEPT: Final = """async () => {
    const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const name of await caches.keys()) {
        const drawer = await caches.open(name);
        for (const one of await drawer.keys()) {
            kept.push("at " + one.url, await (await drawer.match(one)).text());
        }
    }
    return kept.join(" ");
}"""
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
        "address": "12 Harrow Street, gate at the back",
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

    page.context.route("**/v1/tasks?*", hold)  # what passes by a service worker too
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


def test_a_step_told_without_a_network_is_shown_as_told_also_by_a_look_that_began_before_it(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    order = _ordered(desk, city, "A12", (174.690, -36.855))
    window, page = _crew(visit, city, "A12")
    expect(page.get_by_role("button", name="Acknowledge", exact=True)).to_be_visible()
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.context.route("**/v1/clock", hold)
    page.context.route("**/en-route", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    _first(lambda: [one for one in [_assignment(desk, order)] if one["status"] == "acknowledged"])
    before = len(late)
    for _ in range(LOOKS_MAX):
        if len(late) > before:
            break
        page.wait_for_timeout(LOOK_PAUSE_S * 1_000)
    page.get_by_role("button", name="En route", exact=True).click()
    expect(page.locator(".waiting")).to_contain_text("Waiting to be sent")
    page.context.unroute("**/v1/clock")
    for one in late:
        one.continue_()
    page.wait_for_timeout(SEEN_WITHIN_MS)

    expect(page.locator(".waiting")).to_contain_text("Waiting to be sent")
    assert page.get_by_role("button", name="En route", exact=True).count() == 0
    assert [one for one in window.complaints if NO_NETWORK not in one] == []
    window.complaints.clear()


def test_what_is_told_without_a_network_is_kept_shown_as_waiting_and_counts_once(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    order = _ordered(desk, city, "A03", (174.680, -36.850))
    window = visit()
    page = window.sign_in_to_field("crew.a03", city.password_of("crew.a03"))
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    _first(lambda: [one for one in [_assignment(desk, order)] if one["status"] == "acknowledged"])

    window.lose_the_net()
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


def _unit(desk: httpx.Client, unit_id: str) -> dict[str, Any]:
    return next(one for one in items(desk, "/v1/units") if one["id"] == unit_id)


def _crew(visit: Visitor, city: City, sign: str, **wishes: Any) -> tuple[Visit, Page]:
    name = f"crew.{sign.lower()}"
    window = visit(**wishes)
    return window, window.sign_in_to_field(name, city.password_of(name))


def _is_kept(page: Page) -> None:
    """The page itself lies here by now."""
    for _ in range(LOOKS_MAX):
        if "/assets/field-" in page.evaluate(KEPT_PAGE):
            return
        page.wait_for_timeout(LOOK_PAUSE_S * 1_000)
    raise AssertionError("the page was never kept")


def test_reloaded_without_a_net_the_order_is_there_and_its_next_step_counts_once(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    order = _ordered(desk, city, "A06", (174.6821, -36.8521))
    window, page = _crew(visit, city, "A06")
    expect(page.locator("article")).to_contain_text("12 Harrow Street")
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    _first(lambda: [one for one in [_assignment(desk, order)] if one["status"] == "acknowledged"])
    _is_kept(page)

    window.lose_the_net()
    page.reload()
    expect(page.locator("article")).to_contain_text("Fall")
    expect(page.locator(".notice").first).to_contain_text("No network")
    page.get_by_role("button", name="En route", exact=True).click()
    assert page.evaluate(KEPT) == 1
    page.reload()
    expect(page.locator(".waiting")).to_contain_text("Waiting to be sent")
    kept = page.evaluate(ALL_THAT_IS_KEPT)

    assert order["id"] in kept
    assert "at " in kept
    assert [one for one in ("Harrow", "medical.fall seen") if one in kept] == []
    assert re.findall(r"at \S+/v1/\S*", kept) == []
    window.context.set_offline(False)
    expect(page.locator(".notice")).to_have_count(0)
    _first(lambda: [one for one in [_assignment(desk, order)] if one["status"] == "en_route"])
    assert [one for one in window.complaints if NO_NETWORK not in one] == []
    window.complaints.clear()


def test_after_an_update_the_page_comes_from_the_node_and_what_was_kept_is_made_anew(
    visit: Visitor, city: City
) -> None:
    window, page = _crew(visit, city, "A06")
    _is_kept(page)
    page.evaluate(LAY_AN_OLDER)

    page.reload()

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    _is_kept(page)
    page.evaluate(LAY_AN_OLDER)
    window.context.set_offline(True)
    page.reload()  # only without a net is it what is kept: the older one is no phantom of the test
    expect(page.get_by_text("An older page")).to_be_visible()
    window.complaints.clear()


def test_a_crew_whose_incident_moves_is_told_and_says_that_it_knows(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    order = _ordered(desk, city, "A07", (174.7421, -36.8721))
    _, page = _crew(visit, city, "A07")
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    page.get_by_role("button", name="En route", exact=True).click()
    _first(lambda: [one for one in [_assignment(desk, order)] if one["status"] == "en_route"])
    moved = {"position": {"lon": 174.7601, "lat": -36.9001, "accuracy_m": 20}, "method": "map"}
    path = f"/v1/incidents/{order['incident_id']}/relocate"
    desk.post(path, json=moved).raise_for_status()

    expect(page.locator("article .moved")).to_contain_text("The place has changed")
    page.get_by_role("button", name="We know the new place").click()

    _first(lambda: [one for one in [_assignment(desk, order)] if not one["address_changed"]])
    expect(page.locator(".moved")).to_have_count(0)
    assert _assignment(desk, order)["status"] == "en_route"
    expect(page.get_by_role("button", name="On scene", exact=True)).to_be_visible()


def test_a_crew_comes_upon_something_where_it_stands_and_takes_somebody_to_hospital(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    here = {"longitude": 174.8033, "latitude": -36.9033}
    window, page = _crew(visit, city, "A08", geolocation=here, permissions=["geolocation"])
    unit_id = city.crew("A08").unit_id

    page.get_by_text("We came upon something…").click()
    page.locator("#on-view-kind").select_option(label="Fall")
    assert window.breaches() == []
    page.get_by_role("button", name="We are there, begin").click()

    begun = _first(lambda: items(desk, "/v1/assignments", unit_id=unit_id, state="open"))
    assert (begun["status"], begun["is_on_view"]) == ("on_scene", True)
    expect(page.locator("article")).to_contain_text("Fall")
    incident = desk.get(f"/v1/incidents/{begun['incident_id']}").raise_for_status().json()
    assert incident["place"]["point"] == {"lon": here["longitude"], "lat": here["latitude"]}

    page.get_by_role("button", name="To hospital", exact=True).click()
    expect(page.locator("article")).to_contain_text("Taken to")
    page.get_by_text("Choose the hospital…").click()
    choice = page.locator("details li button:enabled").last
    name = choice.locator("b").inner_text()
    choice.click()
    expect(page.locator("article .to")).to_have_text(f"Taken to {name}")
    other = next(one for one in items(desk, "/v1/hospitals") if one["name_en"] == name)
    assert _assignment(desk, begun)["destination"] == other["id"]
    assert window.breaches() == []
    link = page.get_by_text("Take me to the hospital").get_attribute("href")
    assert link == f"geo:{other['point']['lat']},{other['point']['lon']}"
    for button in ("At hospital", "Clear"):
        page.get_by_role("button", name=button, exact=True).click()
    _first(lambda: [one for one in [_assignment(desk, begun)] if one["status"] == "cleared"])
    window.complaints[:] = [one for one in window.complaints if "404" not in one]  # not opened yet


def test_who_broke_down_on_the_way_says_when_it_is_back_and_hears_where_to_stand_by(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    _ordered(desk, city, "A09", (174.6121, -36.8821))
    window, page = _crew(visit, city, "A09")
    unit_id = city.crew("A09").unit_id
    for button in ("Acknowledge", "En route"):
        page.get_by_role("button", name=button, exact=True).click()
    page.get_by_text("Unable…").click()
    page.get_by_role("button", name="Vehicle fault").click()

    expect(page.locator("section .off")).to_have_text("Unable, not sent (Vehicle fault)")
    page.get_by_role("button", name="Back in service").click()
    expect(page.locator("section .free")).to_have_text("In service")
    assert _unit(desk, unit_id)["primary"] == "available"

    station = items(desk, "/v1/stations")[-1]
    told = desk.put(f"/v1/units/{unit_id}/standby", json={"station_id": station["id"]})
    told.raise_for_status()
    expect(page.locator(".standby")).to_contain_text(station["name_en"])
    assert window.breaches() == []
    page.get_by_text("Out of service…").click()
    page.get_by_role("button", name="Restocking").click()
    _first(lambda: [one for one in [_unit(desk, unit_id)] if one["reason"] == "supplies"])
    page.get_by_role("button", name="Back in service").click()
    _first(lambda: [one for one in [_unit(desk, unit_id)] if one["status"] == "in_service"])


def _stay_or_leave(page: Page) -> None:
    """Whoever signs out with a step that waits is asked, may stay, and is told of it afterwards."""
    out = page.get_by_role("button", name="Sign out", exact=True)
    asked = page.get_by_role("alert").filter(has_text="1 step waits to be sent: kept on this phone")
    out.click()
    asked.get_by_role("button", name="Stay").click()
    expect(asked).to_have_count(0)
    expect(page.locator("#password")).to_have_count(0)
    out.click()
    asked.get_by_role("button", name="Sign out all the same").click()
    expect(page.locator("#password")).to_be_visible()
    expect(page.locator("main .waiting")).to_have_text(
        "1 step waits on this phone, to be sent when whoever told it signs in"
    )


def test_who_signs_out_without_a_net_is_out_and_their_steps_go_out_in_nobody_elses_name(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    order = _ordered(desk, city, "A10", (174.6431, -36.8531))
    window, page = _crew(visit, city, "A10")
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    _first(lambda: [one for one in [_assignment(desk, order)] if one["status"] == "acknowledged"])
    window.lose_the_net()
    page.get_by_role("button", name="En route", exact=True).click()
    expect(page.locator(".notice").nth(1)).to_have_text("1 waiting to be sent")
    _stay_or_leave(page)
    assert order["id"] not in page.evaluate("localStorage.getItem('beaconfire.around') ?? ''")
    page.wait_for_timeout(TRIED_FOR_MS)

    with page.expect_response(re.compile("/v1/session")) as ended:
        window.context.set_offline(False)
    assert ended.value.ok
    window.sign_in_to_field("crew.a11", city.password_of("crew.a11"))
    expect(page.locator("section b", has_text="A11")).to_be_visible()
    page.wait_for_timeout(SEEN_WITHIN_MS)
    others = "1 step of somebody else waits on this phone, to be sent when that person signs in"
    expect(page.locator(".notice")).to_have_text([others])
    of_a10 = f"/v1/assignments/{order['id']}/en-route"
    asked = [one for one in window.asked if of_a10 in one]

    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#password")).to_be_visible()
    assert [one for one in window.asked if of_a10 in one] == asked
    window.sign_in_to_field("crew.a10", city.password_of("crew.a10"))
    _first(lambda: [one for one in [_assignment(desk, order)] if one["status"] == "en_route"])
    known = (NO_NETWORK, "401 (Unauthorized)", "Clear-Site-Data")
    strange = [one for one in window.complaints if not any(said in one for said in known)]
    assert strange == []
    window.complaints.clear()


def test_what_a_phone_showed_goes_with_a_sign_out_on_another_page(
    visit: Visitor, city: City, desk: httpx.Client
) -> None:
    window, page = _crew(visit, city, "A13")
    page.wait_for_function("localStorage.getItem('beaconfire.around') !== null")
    field = page.url
    page.goto(field.replace("/field", "/rosters"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()

    assert page.evaluate("localStorage.getItem('beaconfire.around')") is None
    window.complaints.clear()
