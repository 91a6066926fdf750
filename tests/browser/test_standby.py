"""What a desk keeps beside orders: standing by, casualties, beds, aid, its own tasks, rules."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Sitter, Visitor
from .desk import City, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ASKS = """async ([path, method, body]) => {
    const answer = await fetch(path, {
        method,
        headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
        ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return await answer.json();
}"""


def asked(desk: Desk, path: str, method: str = "GET", body: Any = None) -> Any:
    """An answer of the node to this desk's own session."""
    return desk.page.evaluate(ASKS, [path, method, body])


def test_a_unit_that_is_sent_to_stand_by_is_shown_with_its_station(sit: Sitter) -> None:
    mine, theirs = sit("dana"), sit("lena", language="zh", theme="day")
    stations = asked(mine, "/v1/stations")["items"]
    units = asked(mine, "/v1/units?limit=200")["items"]
    unit = next(one for one in units if one["primary"] == "available")
    station = next(
        one for one in stations if one["body"] == unit["body"] and one["id"] != unit["station_id"]
    )

    sent = asked(mine, f"/v1/units/{unit['id']}/standby", "PUT", {"station_id": station["id"]})

    assert sent["state"] == "ordered", sent
    mine.page.keyboard.press("Escape")
    shown = mine.page.get_by_role("list", name="Standing by")
    expect(shown).to_contain_text(f"{unit['call_sign']} → {station['name_en']}")
    expect(theirs.page.get_by_role("list", name="备勤调整")).to_contain_text(
        f"{unit['call_sign']} → {station['name_zh']}"
    )
    assert mine.breaches() == []
    assert theirs.breaches() == []


def opened(desk: Desk, line: str) -> str:
    """The number of an incident that a line opened."""
    desk.command(line)
    return desk.page.locator("article .number").inner_text()


def overview(page: Page) -> None:
    """Nothing is selected."""
    page.locator("#command").press("Escape")
    page.get_by_role("button", name="Close the detail").click()


def test_who_is_hurt_is_counted_and_taken_where_a_bed_is_left(sit: Sitter) -> None:
    mine, theirs = sit("dana"), sit("lena", language="zh", theme="day")
    page = mine.page
    number = opened(mine, "R medical.mass-casualty @174.7700,-36.8700 a bus rolled over")
    mine.command(f"CA {number} 2 4 9")
    expect(mine.toasts()).to_contain_text("2 immediate, 4 delayed, 9 minor, 0 dead")
    form = page.get_by_role("region", name="Casualties")
    expect(form).to_contain_text("asks for ambulance 7 in all")
    form.get_by_label("Immediate").fill("3")
    form.get_by_label("Immediate").press("Enter")
    expect(form).to_contain_text("3 immediate, 4 delayed, 9 minor, 0 dead")
    expect(form).to_contain_text("asks for ambulance 8 in all")
    theirs.row(number).click()
    expect(theirs.page.get_by_role("article")).to_contain_text("危重 3、重 4、轻 9、死亡 0")

    overview(page)
    nearest = page.get_by_label("How many Mercy Hospital takes")
    nearest.fill("0")
    nearest.press("Enter")
    expect(mine.toasts()).to_contain_text("Mercy Hospital takes 0")
    assert mine.breaches() == []

    mine.row(number).click()
    sign = page.locator("aside .first .units").inner_text().split(" + ")[0]
    mine.command(f"D {number} {sign}")
    mine.command(f"OS {sign}")
    page.get_by_role("button", name="To hospital", exact=True).click()
    expect(mine.toasts()).to_contain_text(
        re.compile(rf"{sign} goes to (?!Mercy)\w+ Hospital, a bed is kept")
    )
    row = page.get_by_role("article").locator("li", has=page.get_by_text(sign, exact=True)).first
    expect(row).to_contain_text(re.compile(r"To hospital to (?!Mercy)\w+ Hospital"))
    further = row.locator("option", has_text="Middlemore").get_attribute("value")
    row.get_by_label("To another hospital").select_option(further)
    expect(row).to_contain_text("to Middlemore Hospital")
    assert mine.breaches() == []
    assert theirs.breaches() == []

    overview(page)
    beds = page.get_by_role("list", name="Hospital beds")
    expect(beds.locator("li", has_text="Middlemore")).to_contain_text("1 on the way")
    mine.command(f"CL {sign}")


def test_aid_is_asked_of_whom_the_desk_names_and_withdrawn(sit: Sitter) -> None:
    desk = sit("ben")
    page = desk.page
    number = opened(desk, "R medical.mass-casualty @174.8400,-36.9000 two coaches collided")
    page.locator("#command").fill(f"MA {number}")
    expect(page.locator("#verdict")).to_contain_text(f"Nothing is short for {number}")
    page.locator("#command").fill("")
    desk.command(f"CA {number} 60")
    aid = page.get_by_role("region", name="Mutual aid")
    expect(aid).to_contain_text(re.compile(r"ambulance: \d+ of 16 free"))
    aid.get_by_label("Whom to ask first").select_option("Auckland Police")
    aid.get_by_role("button", name="Ask Auckland Police").press("Enter")
    expect(desk.toasts()).to_contain_text(f"Aid is asked for {number}")
    expect(aid).to_contain_text(re.compile(r"Auckland Police: ambulance \d+\s*asked"))
    assert desk.breaches() == []
    page.locator("#command").fill(f"MA {number}")
    expect(page.locator("#verdict")).to_contain_text("Somebody is asked")
    page.locator("#command").fill("")
    aid.get_by_role("button", name="Withdraw").click()
    expect(aid).to_contain_text("withdrawn")
    expect(page.locator("article dl").first).not_to_contain_text("Auckland Police")


def test_the_desk_does_its_own_grid_task_to_its_end(sit: Sitter) -> None:
    desk = sit("dana")
    page = desk.page
    opened(desk, "R fire.smoke @174.7912,-36.8802 thin smoke behind the school")
    incident = page.locator(".entry[aria-selected=true]").get_attribute("data-id")
    body = asked(desk, "/v1/session")["body"]["id"]
    asked(desk, f"/v1/incidents/{incident}/tasks", "POST", {"kind": "verify", "body": body})
    tasks = page.get_by_role("list", name="Grid tasks")
    own = tasks.locator("li", has=page.get_by_role("button", name="Take it"))
    own.get_by_role("button", name="Take it").click()
    expect(desk.toasts()).to_contain_text("The task is taken")
    tasks.get_by_role("button", name="There").click()
    tasks.get_by_label("What was found").select_option("as reported")
    expect(page.get_by_role("article")).to_contain_text("Grid task: done · as reported")
    tasks.get_by_role("button", name="Check it").click()
    expect(desk.toasts()).to_contain_text("The task is checked")
    assert desk.breaches() == []


def test_whoever_may_sets_the_rules_and_finds_the_rosters(
    sit: Sitter, visit: Visitor, city: City
) -> None:
    leader, other = sit("lena"), sit("ben")
    page = leader.page
    page.get_by_text("Rules of recommendations").click()
    turned = page.get_by_label("Crews turned round for one incident")
    before = turned.input_value()
    turned.fill("2")
    turned.press("Enter")
    expect(leader.toasts()).to_contain_text("The rules are changed")
    assert asked(leader, "/v1/engine-rules")["diversions_max"] == 2
    assert leader.breaches() == []
    turned.fill(before)
    turned.press("Enter")
    expect(turned).to_have_value(before)
    expect(other.page.get_by_text("Rules of recommendations")).to_have_count(0)

    page.locator("header button.seat").click()
    expect(page.get_by_role("link", name="Rosters")).to_have_attribute("href", "/rosters")
    admin = visit().open("/console?lang=en")
    city.register("keeper", "administrator")
    admin.locator("input[autocomplete=username]").fill("keeper")
    admin.locator("input[type=password]").fill(city.password_of("keeper"))
    admin.keyboard.press("Enter")
    admin.get_by_role("link", name="Rosters").click()
    expect(admin).to_have_url(re.compile("/rosters$"))


def test_a_unit_is_found_by_key_sent_to_stand_by_and_put_out_of_service(sit: Sitter) -> None:
    desk = sit("dana")
    page = desk.page
    counted = page.locator("summary", has_text="All units")
    expect(counted).to_contain_text(re.compile(r"All units \d\d"))
    page.keyboard.press("F3")
    field = page.get_by_label("Call sign, kind, status or station")
    expect(field).to_be_focused()
    field.fill("free hazmat")
    rows = page.get_by_role("list", name="All units").locator("li")
    expect(rows).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    sign = rows.locator("b").inner_text()
    rows.get_by_label("Send to stand by").select_option("Manukau fire station (invented)")
    expect(desk.toasts()).to_contain_text(f"{sign} stands by at Manukau fire station")
    rows.get_by_label("Out of service").select_option("vehicle fault")
    expect(desk.toasts()).to_contain_text(f"{sign} is out of service")
    expect(rows).to_have_text("There is no such unit")
    field.fill(sign)
    expect(rows).to_contain_text("vehicle fault")
    assert desk.breaches() == []
    rows.get_by_role("button", name="Back in service").click()
    expect(desk.toasts()).to_contain_text(f"{sign} is in service again")
    expect(rows).to_contain_text("Free")
