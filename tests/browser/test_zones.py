"""A hazard zone in a browser: declared by a line, seen on both desks and by a crew, lifted."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Sitter, Visitor
from .desk import City, Desk, items

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PLACE = (174.7421, -36.8802)


def test_a_zone_is_declared_by_a_line_warns_the_crew_inside_and_is_lifted(
    sit: Sitter, visit: Visitor, city: City
) -> None:
    crew = city.crew("E21")
    here = {"unit_id": crew.unit_id, "lon": PLACE[0], "lat": PLACE[1]}
    with city.client(crew.token) as phone:
        fix = here | {"observed_at": datetime.now(UTC).isoformat()}
        phone.post("/v1/positions", json={"fixes": [fix]}).raise_for_status()
    desk = sit("dana")
    desk.command(f"R fire.structure @{PLACE[0]},{PLACE[1]} drums of solvent inside")
    number = desk.page.locator("article .number").inner_text()

    verdict = desk.command(f"Z {number} 400")
    expect(desk.toasts()).to_contain_text(f"Hazard zone declared around {number}")
    expect(desk.page.locator(".map-label.zone")).to_contain_text("E21")
    other = sit("lena", language="zh")
    zones = other.page.get_by_role("list", name="危险区")
    expect(zones).to_contain_text("区内力量：E21，已告警")
    zones.get_by_role("button").first.click()
    expect(zones).to_contain_text("涉及网格")
    page = visit().sign_in_to_field("crew.e21", city.password_of("crew.e21"))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("You are in a hazard zone: fire")
    assert other.breaches() == []

    desk.command(f"ZL {number}")
    expect(desk.toasts()).to_contain_text("lifted")
    expect(desk.page.locator(".map-label.zone")).to_have_count(0)
    expect(zones).to_have_count(0)
    expect(alert).to_have_count(0)
    assert "Declare a hazard zone of radius 400 m" in verdict


def test_recommendations_follow_the_roads_of_a_zone_and_are_as_before_when_it_is_lifted(
    sit: Sitter, city: City
) -> None:
    desk = sit("ben")
    desk.command("R medical.cardiac-arrest @174.7585,-36.8785 not breathing")
    number = desk.page.locator("article .number").inner_text()

    def seconds() -> dict[str, float]:
        """The travel time of each unit of the first advice."""
        [incident] = [one for one in items(phone, "/v1/incidents") if one["number"] == int(number)]
        told = phone.get(f"/v1/incidents/{incident['id']}/recommendation").raise_for_status().json()
        return {one["unit_id"]: one["travel_time_s"] for one in told["options"][0]["units"]}

    with city.client(city.credentials.desk) as phone:
        desk.page.locator("aside .first .units").wait_for()
        before = seconds()
        desk.command(f"Z {number} 1500")
        desk.until(lambda: seconds() != before, "another time under the zone")
        during = seconds()
        desk.command(f"ZL {number}")
        desk.until(lambda: seconds() == before, "the times from before the zone")

    assert during != before


def clicked(desk: Desk, parts: Sequence[tuple[float, float]]) -> None:
    """On the map, at these parts of its width and height."""
    box = desk.page.locator("canvas.maplibregl-canvas").bounding_box()
    assert box is not None
    for right, down in parts:
        x, y = box["x"] + box["width"] * right, box["y"] + box["height"] * down
        desk.page.mouse.move(x - 4, y - 4)
        desk.page.mouse.move(x, y)
        desk.page.wait_for_timeout(350)  # two clicks at once would be a double click
        desk.page.mouse.click(x, y)
        desk.page.mouse.move(x + 12, y + 8)


def bar(desk: Desk) -> Locator:
    return desk.page.locator(".pen")


def lifted_when_asked(desk: Desk, zone: Locator, name: str) -> None:
    """Its whole extent is on the map; it is lifted once that is said twice."""
    ground = desk.page.locator("canvas.maplibregl-canvas").bounding_box()
    desk.page.wait_for_timeout(1_500)  # the map moves there
    top = desk.page.locator(".map-label.zone").bounding_box()
    assert ground is not None
    assert top is not None
    assert ground["y"] < top["y"] < ground["y"] + ground["height"] / 2
    lift, keep = (zone.get_by_role("button", name=one, exact=True) for one in ("Lift", "Keep"))
    lift.click()
    expect(zone.get_by_role("alert")).to_have_text(f"Lift {name}?")
    assert desk.breaches() == []
    keep.click()
    expect(zone).to_be_visible()
    lift.click()
    lift.click()
    expect(desk.toasts()).to_contain_text(f"{name}: lifted")


def test_a_polygon_is_drawn_corner_by_corner_measured_undone_named_seen_and_declared(
    sit: Sitter,
) -> None:
    desk = sit("dana")
    page = desk.page
    page.get_by_role("button", name="Draw a zone").click()
    expect(bar(desk)).to_contain_text("Click corner by corner")
    desk.page.wait_for_timeout(500)

    clicked(desk, [(0.35, 0.35), (0.55, 0.35), (0.55, 0.6)])
    expect(bar(desk)).to_contain_text("3 corners")
    expect(bar(desk)).to_contain_text(re.compile(r"this side [\d.]+ k?m · area [\d.]+ (km²|m²)"))
    assert desk.breaches() == []
    page.keyboard.press("Backspace")
    expect(bar(desk)).to_contain_text("2 corners")
    clicked(desk, [(0.56, 0.62), (0.36, 0.62)])
    expect(bar(desk)).to_contain_text("4 corners")
    page.keyboard.press("Enter")

    expect(bar(desk)).to_have_count(0)
    inside = page.get_by_role("status", name="Inside now")
    expect(inside).to_contain_text(re.compile(r"Cells touched\s*[1-9]\d*"))
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("alert").filter(has_text="Give it a name")).to_be_visible()
    page.locator("#zone-name").fill("Downwind of the tank")
    page.locator("#zone-kind").select_option("hazmat")
    page.locator("#zone-until").select_option("2")
    assert desk.breaches() == []
    page.get_by_role("button", name="Declare").click()

    expect(desk.toasts()).to_contain_text("“Downwind of the tank” declared")
    zone = page.locator("li.zone", has_text="Hazmat “Downwind of the tank”")
    expect(zone).to_contain_text("drawn")
    zone.locator("button.head").click()
    expect(zone).to_contain_text(re.compile(r"Cells touched\s*[1-9]"))
    lifted_when_asked(desk, zone, "Hazmat, Downwind of the tank, drawn")
    expect(zone).to_have_count(0)


def test_a_circle_is_drawn_with_its_radius_and_given_another_one_and_escape_puts_it_away(
    sit: Sitter,
) -> None:
    desk = sit("lena", language="zh", theme="day")
    page = desk.page
    desk.command("ZD circle")
    expect(bar(desk)).to_contain_text("点圆心，再点边缘")
    page.wait_for_timeout(500)

    clicked(desk, [(0.45, 0.45), (0.55, 0.55)])

    expect(page.locator("#zone-radius")).to_be_visible()
    drawn = page.get_by_role("status", name="区内现有")
    cells = drawn.locator("dd").first
    expect(cells).to_have_text(re.compile(r"[1-9]\d*"))
    many = int(cells.inner_text())
    page.locator("#zone-radius").fill("100")
    desk.until(lambda: int(cells.inner_text()) < many, "fewer cells in a smaller circle")
    assert desk.breaches() == []
    page.keyboard.press("Escape")
    expect(page.locator("#zone-heading")).to_have_count(0)
    desk.command("ZD")
    expect(bar(desk)).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar(desk)).to_have_count(0)


def test_an_edge_that_crosses_itself_is_refused_before_it_is_declared(sit: Sitter) -> None:
    desk = sit("dana")
    page = desk.page
    desk.command("ZD")
    page.wait_for_timeout(500)

    clicked(desk, [(0.35, 0.4), (0.55, 0.6), (0.55, 0.4), (0.35, 0.6)])
    page.keyboard.press("Enter")

    inside = page.get_by_role("status", name="Inside now")
    expect(inside).to_contain_text("This cannot be the edge of a zone")
    # the browser says of itself that the preview was refused, and nothing else
    assert [one for one in desk.complaints if "/v1/zone-preview" not in one] == []
    desk.complaints.clear()
