"""A guide through a demo's first minute: covers nothing, checks off what was done, plays scenes."""

import re
from collections.abc import Generator
from typing import Final

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Sitter
from .desk import City, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIDES: Final = ("x", "y", "width", "height")


def guide(desk: Desk) -> Locator:
    return desk.page.locator("section.guide")


def step(desk: Desk, name: str) -> Locator:
    return guide(desk).locator("li", has_text=name)


def boxes(page: Page, *selectors: str) -> list[dict[str, float]]:
    found = [page.locator(one).first.bounding_box() for one in selectors]
    return [{side: one[side] for side in SIDES} for one in found if one is not None]


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
    down = one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
    return across and down


def test_it_leads_from_the_first_report_to_a_crew_that_has_heard_its_order(sit: Sitter) -> None:
    desk = sit("ben")
    expect(step(desk, "Select an incident that waits")).to_have_attribute("aria-current", "step")

    desk.command("R medical.chest-pain @174.7651,-36.8815 tight pain in the chest")
    number = desk.page.locator("article .number").inner_text()
    expect(step(desk, "Report something yourself")).to_contain_text(
        f"Yours opened {number}, cell g"
    )

    order = step(desk, "Type the order").locator(".line")
    expect(order).to_have_text(re.compile(rf"^D {number} A\d+$"))
    line = order.inner_text()
    order.click()
    expect(desk.page.locator("#command")).to_have_value(line)
    expect(desk.page.locator("#verdict")).to_contain_text("Ready")
    expect(desk.row(number)).to_contain_text("Waiting")

    desk.page.keyboard.press("Enter")
    sign = line.split()[2]
    happened = step(desk, "What just happened")
    expect(happened).to_contain_text(f"{sign} is ordered, not acknowledged yet, expected in")
    expect(happened).to_contain_text(f"First arrival at {number}:")
    expect(happened).to_have_class(re.compile("now"))
    desk.command(f"AK {sign}")
    expect(happened).to_contain_text(f"{sign} acknowledged")
    expect(happened).to_have_class(re.compile("done"))
    assert desk.breaches() == []


def test_somebody_else_who_is_faster_is_told_and_another_may_be_chosen(sit: Sitter) -> None:
    mine, theirs = sit("dana"), sit("ben")
    theirs.command("R medical.fall @174.7330,-36.8828 she fell on the stairs")
    number = theirs.page.locator("article .number").inner_text()
    mine.row(number).click()
    expect(step(mine, "Type the order").locator(".line")).to_contain_text(f"D {number}")

    theirs.page.locator("aside .first .units").wait_for()
    theirs.command(f"D {number}")

    expect(guide(mine)).to_contain_text(f"Somebody else has sent units to {number}")


def test_it_covers_neither_queue_nor_detail_nor_command_line_at_any_width(sit: Sitter) -> None:
    desk = sit("ben")
    for width, height in ((1920, 1080), (1600, 900), (1440, 760), (1280, 720)):
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.page.keyboard.press("n")  # the detail shows a form, also where it lies over the map
        desk.page.locator("#report-heading").wait_for()
        (mine,) = boxes(desk.page, "section.guide")
        others = boxes(desk.page, "main > section", "aside", "footer", "header")
        desk.page.keyboard.press("Escape")

        assert len(others) == 4
        assert not [one for one in others if overlap(mine, one)], (width, height)


def test_how_it_was_put_away_is_kept_and_help_brings_it_back(sit: Sitter) -> None:
    desk = sit("ben")
    page = desk.page

    guide(desk).get_by_label("Fold the guide").click()
    page.reload()
    page.get_by_label("Unfold the guide").click()
    expect(guide(desk)).to_be_visible()
    guide(desk).get_by_label("Close the guide").click()
    page.reload()
    desk.until_live()
    expect(page.locator("section.guide, .pill")).to_have_count(0)
    page.keyboard.press("F1")
    page.locator("dialog").get_by_role("button", name="First minute").click()

    expect(guide(desk)).to_be_visible()
    expect(page.locator("dialog")).not_to_be_visible()


@pytest.fixture
def curtain(city: City) -> Generator[None]:
    """No scene goes on after the test that wanted it."""
    yield
    for one in scenes(city):
        one.terminate()


def scenes(city: City) -> list[psutil.Process]:
    children = psutil.Process(city.node.process.pid).children()
    return [one for one in children if "scene" in one.cmdline()]


@pytest.mark.usefixtures("curtain")
def test_one_press_plays_the_scenes_and_leads_this_screen_alone(sit: Sitter, city: City) -> None:
    desk, other = sit("dana", language="zh"), sit("ben")

    guide(desk).get_by_role("button", name="播放两场演示").click()
    tale = guide(desk).locator(".tale")
    expect(tale).to_contain_text(re.compile("电话接通，无人说话"), timeout=30_000)
    expect(desk.page.locator("article h2")).to_have_text("类型未定")
    number = desk.page.locator("article .number").inner_text()
    expect(tale).to_contain_text(re.compile(r"P\d+ 先出动"), timeout=30_000)
    expect(desk.row(number)).to_contain_text("已派")
    expect(tale).to_contain_text(f"网络定位到了：{number}", timeout=30_000)
    expect(desk.page.locator("article")).to_contain_text("± 140 米")
    assert desk.breaches() == []
    assert other.page.locator("article").count() == 0

    for one in scenes(city):
        one.terminate()
    expect(guide(desk)).to_contain_text("演示中断")
    expect(guide(desk).get_by_role("button", name="再播一次")).to_be_enabled()
