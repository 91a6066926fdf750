"""The public's pages: anybody reports without an account, and follows it by a code."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visitor
from .desk import City

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE: Final = {"longitude": 174.8012, "latitude": -36.8735, "accuracy": 12}
CODE: Final = re.compile(r"^([A-Z2-7]{4} ){3}[A-Z2-7]{4}$")
WRONG: Final = "ABCDEFGHIJKLMNOP"


def test_a_report_with_a_position_is_sent_once_and_followed_by_its_cell_alone(
    visit: Visitor, city: City
) -> None:
    window = visit(geolocation=HERE, permissions=["geolocation"])
    page = window.open("/report?lang=en")

    page.locator("#kind").select_option("city.tree-down")
    page.get_by_role("button", name="Use my position").click()
    expect(page.locator(".found")).to_contain_text("within about 12 m")
    page.locator("#text").fill("Large tree across both lanes, Maria Tester saw it")
    page.locator("#phone").fill("021 555 0199")
    page.locator("button.primary").dblclick()

    code = page.locator(".code")
    expect(code).to_have_text(CODE)
    sent = [url for url in window.asked if url.endswith("/v1/public/reports")]
    assert len(sent) == 1
    told = code.inner_text()
    page.get_by_role("link", name="Follow it").click()
    expect(page.locator(".now")).to_be_visible()
    expect(page.locator(".code")).to_contain_text(told)
    expect(page.locator("main")).to_contain_text(re.compile(r"In grid cell g\d+\."))
    shown = page.locator("body").inner_text()
    for personal in ("Maria", "555", "174.8", "36.87", "tree"):
        assert personal not in shown
    with city.client(city.credentials.desk) as desk:
        followed = desk.get(f"/v1/tracking/{told.replace(' ', '')}").json()
    assert sorted(followed) == ["cell", "received_at", "status", "steps"]


def test_what_is_missing_is_said_at_its_field_in_both_languages(visit: Visitor) -> None:
    page = visit().open("/report?lang=zh")

    page.locator("button.primary").click()
    _lacks(page, "place", "请写明地点")
    page.locator("#place").fill("皇后街 12 号")
    page.locator("button.primary").click()
    _lacks(page, "text", "请写一句话")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#text-said")).to_contain_text("Please say in a sentence")
    page.locator("button.primary").click()
    _lacks(page, "text", "Please say in a sentence")
    page.locator("#text").fill("Street lights are out")
    page.locator("#phone").fill("call me maybe")
    page.locator("button.primary").click()
    _lacks(page, "phone", "digits")
    page.locator("#phone").fill("")
    page.locator("button.primary").click()

    expect(page.locator(".code")).to_have_text(CODE)
    page.get_by_role("link", name="Follow it").click()
    expect(page.locator("main")).to_contain_text("The place is being checked")


def _lacks(page: Page, field: str, words: str) -> None:
    box = page.locator(f"#{field}")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{field}-said")).to_contain_text(words)
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)


def test_a_wrong_code_is_told_apart_from_one_that_cannot_be(visit: Visitor) -> None:
    window = visit()
    page = window.open("/track/none-such?lang=en")

    expect(page.locator("#code-said")).to_contain_text("16 letters and digits")
    assert not [url for url in window.asked if "/v1/" in url]
    page.locator("#code").fill(f"{WRONG[:8]}-{WRONG[8:].lower()}")
    page.get_by_role("button", name="Look it up").click()

    expect(page.locator("#code-said")).to_contain_text("There is no such code")
    told = [one for one in window.complaints if "404" in one and WRONG in one]
    assert window.complaints == told, "the browser itself notes the answer 404, and nothing else"
    window.complaints.clear()


@pytest.mark.parametrize("path", ["/konsole", "/track/a/b"])
def test_an_unknown_address_is_a_plain_page_in_both_languages(visit: Visitor, path: str) -> None:
    window = visit()
    page = window.open(path)

    expect(page.locator("h1")).to_have_text("没有此页")
    expect(page.locator("h2")).to_have_text("No such page")
    assert page.locator("script").count() == 0
    assert window.breaches() == []
    page.get_by_role("link", name="Make a report").click()
    expect(page.locator("#text")).to_be_visible()
    # that the page is a 404 the browser says itself, and nothing else
    assert [one for one in window.complaints if "404 (Not Found)" not in one] == []
    window.complaints.clear()
