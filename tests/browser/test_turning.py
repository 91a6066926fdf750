"""A desk turns a crew round by its own decision: by line and by mouse, its cost read before."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Sitter
from .desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def opened(desk: Desk, line: str) -> str:
    """The number of an incident that a line opened."""
    before = desk.page.locator("article .number")
    shown = before.inner_text() if before.count() else ""
    desk.command(line)
    expect(before).not_to_have_text(shown)
    return before.inner_text()


def on_its_way(desk: Desk, number: str) -> str:
    """A free engine that is sent to an incident; nobody else is."""
    listed(desk.page, "engine free")
    sign = desk.page.get_by_role("list", name="All units").locator("b").first.inner_text()
    desk.command(f"D {number} {sign}")
    expect(at(desk.page)).to_contain_text(sign)
    return sign


def listed(page: Page, wanted: str) -> Locator:
    """The rows of all units that answer to some words."""
    page.locator("#command").press("Escape")
    page.keyboard.press("F3")
    field = page.get_by_label("Call sign, kind, status or station")
    expect(field).to_be_focused()
    field.fill(wanted)
    return page.get_by_role("list", name="All units").locator("li")


def at(page: Page) -> Locator:
    """Who is on the incident that is open."""
    return (
        page.locator("article section", has=page.locator("summary", has_text="All units"))
        .locator("ul")
        .first
    )


def test_a_crew_is_turned_round_by_line_and_what_it_leaves_waits_again(sit: Sitter) -> None:
    desk, other = sit("dana"), sit("lena", language="zh", theme="day")
    page = desk.page
    left = opened(desk, "R fire.alarm @174.7713,-36.8605 bells ring on the ground floor")
    sign = on_its_way(desk, left)
    number = opened(desk, "R fire.structure @174.7588,-36.8555 flames out of a window")
    expect(desk.row(left)).not_to_contain_text("Waiting")

    box, verdict = page.locator("#command"), page.locator("#verdict")
    box.fill(f"D {number} {sign}")
    expect(verdict).to_contain_text(f"{sign} is on its way to {left}")
    expect(verdict).to_contain_text(f"D {number} !{sign} turns it round")
    box.press("Enter")
    expect(desk.row(left)).not_to_contain_text("Waiting")
    box.press("Tab")
    expect(box).to_have_value(f"D {number} !{sign}")
    expect(verdict).to_contain_text(f"{sign} turns round from {left}")
    expect(verdict).to_contain_text(re.compile(rf"nobody else is at {left} \(P\d\)"))
    assert desk.breaches() == []
    box.press("Enter")

    expect(desk.toasts()).to_contain_text(f"{sign} ordered to {number}; {sign} turned round")
    expect(at(page)).to_contain_text(sign)
    expect(desk.row(left)).to_contain_text("Waiting")
    expect(other.row(left)).to_contain_text("待派")
    other.row(number).click()
    expect(other.page.get_by_role("article")).to_contain_text(sign)

    # Whoever has arrived is turned round no more, with the mark or without.
    desk.command(f"OS {sign}")
    expect(box).to_have_value("")
    for line in (f"D {left} !{sign}", f"D {left} {sign}"):
        box.fill(line)
        expect(verdict).to_contain_text(f"{sign} has arrived at {number}: it is not turned round")
    box.fill("")
    desk.command(f"CL {sign}")


def test_a_crew_is_turned_round_by_mouse_once_its_cost_was_read(sit: Sitter) -> None:
    desk = sit("dana", theme="day")
    page = desk.page
    left = opened(desk, "R fire.alarm @174.7651,-36.8722 bells ring in the basement")
    sign = on_its_way(desk, left)
    number = opened(desk, "R fire.structure @174.7588,-36.8955 flames out of a window")

    rows = listed(page, sign)
    rows.get_by_role("button", name=sign).click()
    rows.get_by_role("button", name=f"Turn round to {number}").click()
    said = rows.get_by_role("status")
    expect(said).to_contain_text(f"{sign} turns round from {left}")
    expect(said).to_contain_text(re.compile(rf"nobody else is at {left} \(P\d\)"))
    expect(said).to_contain_text(re.compile(r"expected in \d\d:\d\d"))
    assert desk.breaches() == []
    page.keyboard.press("Escape")
    expect(said).to_have_count(0)
    expect(desk.row(left)).not_to_contain_text("Waiting")

    rows.get_by_role("button", name=f"Turn round to {number}").press("Enter")
    sure = rows.get_by_role("button", name=f"Turn {sign} round")
    expect(sure).to_be_focused()
    sure.press("Enter")
    expect(at(page)).to_contain_text(sign)
    expect(desk.row(left)).to_contain_text("Waiting")
    expect(rows.get_by_role("button", name=re.compile("Turn|Send to \\d"))).to_have_count(0)

    free = listed(page, "ambulance free").first
    another = free.locator("b").inner_text()
    free.get_by_role("button", name=another).click()
    free.get_by_role("button", name=f"Send to {number}").click()
    expect(desk.toasts()).to_contain_text(f"{another} ordered to {number}")
    expect(at(page)).to_contain_text(another)

    # Whoever has arrived is not turned round: the reason stands in place of the button.
    desk.command(f"OS {sign}")
    expect(page.locator("#command")).to_have_value("")
    desk.row(left).click()
    expect(page.locator("article .number")).to_have_text(left)
    there = listed(page, sign)
    there.get_by_role("button", name=sign).click()
    expect(there).to_contain_text(f"{sign} has arrived at {number}: it is not turned round")
    expect(there.get_by_role("button", name=re.compile("Turn round"))).to_have_count(0)
    assert desk.breaches() == []
