"""A hazard zone in a browser: declared by a line, seen on both desks and by a crew, lifted."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from .conftest import Sitter, Visitor
from .desk import City, items

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
