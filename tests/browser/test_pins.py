"""A desk keeps a unit for an incident or vetoes it there: by click, key or line; seen, undone."""

import re
from typing import Final

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Sitter
from .desk import READ_MS, Desk

_PRESS_WHEN_OTHERS_ARE_FIRST: Final = """([before, by]) => {
    const first = () => document.querySelector("aside .first");
    const watch = new MutationObserver(() => {
        const named = first()?.querySelector(".units")?.innerText;
        if (!named || named === before) return;
        watch.disconnect();
        if (by === "button") first().querySelector("button.primary").click();
        const f4 = new KeyboardEvent("keydown", { key: "F4", bubbles: true });
        if (by === "key") document.body.dispatchEvent(f4);
    });
    watch.observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""A hand that was on its way when others came to stand there."""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def first_proposed(desk: Desk) -> str:
    units = desk.page.locator("aside .first .units")
    units.wait_for()
    return units.inner_text().split(" + ")[0]


def opened(desk: Desk) -> Locator:
    """What stands behind the first proposal."""
    why = desk.page.locator("aside .first details")
    if why.get_attribute("open") is None:
        why.locator("summary").click()
    return why


def test_a_veto_by_click_says_why_is_seen_by_another_desk_and_is_taken_back(sit: Sitter) -> None:
    mine, theirs = sit("dana"), sit("lena", language="zh", theme="day")
    mine.command("R fire.alarm @174.7713,-36.8605 bells ring on the ground floor")
    number = mine.page.locator("article .number").inner_text()
    sign = first_proposed(mine)

    opened(mine).get_by_label(f"{sign} not to {number}, because").first.select_option("crew")
    expect(mine.toasts()).to_contain_text(f"{sign} is not proposed for {number} any more")
    said = mine.page.get_by_role("list", name="Desk’s word")
    expect(said).to_contain_text(re.compile(rf"{sign} not here: crew \(\d\d:\d\d\)"))
    expect(mine.page.locator("aside .first .units")).not_to_contain_text(sign)
    expect(opened(mine)).to_contain_text("not to be sent by a desk's word 1")
    assert mine.breaches() == []

    theirs.row(number).click()
    word = theirs.page.get_by_role("list", name="席位指令")
    expect(word).to_contain_text(f"{sign} 不派：乘组不便")
    assert theirs.breaches() == []
    word.get_by_role("button", name=f"撤销对 {sign} 的指令").click()
    expect(theirs.toasts()).to_contain_text(f"对 {sign} 的指令已撤销")
    expect(word).to_have_count(0)
    expect(said).to_have_count(0)
    expect(mine.page.locator("aside .first .units")).to_contain_text(sign)


def test_a_unit_is_kept_by_line_and_the_toast_takes_it_back(sit: Sitter) -> None:
    desk = sit("ben")
    page = desk.page
    desk.command("R fire.alarm @174.7651,-36.8722 bells ring in the basement")
    number = page.locator("article .number").inner_text()
    sign = first_proposed(desk)
    other = "E31" if sign != "E31" else "E71"

    verdict = desk.command(f"K {number} {other}")
    assert f"Keep {other} for {number}" in verdict
    assert "nobody is sent by it" in verdict
    expect(page.locator("aside .first .units")).to_contain_text(other)
    expect(page.locator("aside .first")).to_contain_text(f"{other} was asked for by a desk")
    toast = page.locator(".toast", has_text=f"{other} is kept")
    toast.get_by_role("button", name="Take back").click()
    expect(page.locator("aside .first .units")).to_contain_text(sign)

    page.locator("#command").fill(f"V {number} {sign}")
    expect(page.locator("#verdict")).to_contain_text("crew")
    page.locator("#command").press("Tab")
    expect(page.locator("#command")).to_have_value(f"V {number} {sign} equipment ")
    page.locator("#command").press("Enter")
    word = page.get_by_role("list", name="Desk’s word")
    expect(word).to_contain_text(f"{sign} not here: equipment")
    desk.command(f"U {number} {sign}")
    expect(word).to_have_count(0)


def test_the_reasons_open_by_key_and_add_up_to_the_time_that_is_promised(sit: Sitter) -> None:
    desk = sit("ben")
    page = desk.page
    desk.command("R medical.fall @174.7812,-36.8655 slipped on the stairs")
    sign = first_proposed(desk)
    time = page.locator("aside .first .times span").first.inner_text()
    minutes, seconds = re.findall(r"(\d\d):(\d\d)", time)[0]

    summary = page.locator("aside .first summary")
    summary.focus()
    page.keyboard.press("Enter")
    details = page.locator("aside .first details")
    expect(details).to_contain_text("time to arrive")
    lines = details.locator("dd").first.inner_text()
    found = re.findall(r"(?:(\d+) min )?(\d+) s", lines)
    told_s = sum(60 * int(m or 0) + int(s) for m, s in found)
    assert abs(told_s - (60 * int(minutes) + int(seconds))) <= 2, lines
    expect(details).to_contain_text(
        re.compile(
            r"(?:later|sooner|just as soon), (?:lost by|goes to|just as good)|no other able unit"
        )
    )
    page.keyboard.press("Tab")
    keep = details.get_by_role("button", name=f"Keep {sign} for")
    expect(keep.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Desk’s word")).to_contain_text(f"{sign} is kept")
    expect(page.locator("aside .first")).to_contain_text(f"{sign} was asked for by a desk")


def test_whoever_may_not_speak_of_units_reads_why_and_has_no_buttons(sit: Sitter) -> None:
    desk = sit("tama")
    desk.command("R medical.fall @174.7745,-36.8688 fell off a ladder")
    first_proposed(desk)

    why = opened(desk)

    expect(why).to_contain_text("time to arrive")
    expect(why.locator("button, select")).to_have_count(0)
    desk.page.locator("#command").fill("K A01")
    expect(desk.page.locator("#verdict")).to_contain_text("Not among the rights")


@pytest.mark.parametrize(
    ("language", "lat", "asks", "would"),
    [
        ("en", -36.8555, "Alarm 2 asks for", "would send"),
        ("zh", -36.8955, "二级出动：共需", "现在可派"),
    ],
)
def test_the_next_step_of_a_card_says_what_it_would_ask_for_before_it_is_struck(
    sit: Sitter, language: str, lat: float, asks: str, would: str
) -> None:
    desk = sit("dana", language=language)
    page = desk.page
    desk.command(f"R fire.structure @174.7588,{lat} flames out of a window")
    button = page.locator(".next-alarm .button")
    said = page.locator("#would")

    expect(said).to_contain_text(asks)
    expect(said).to_contain_text(would)
    asked = said.inner_text()
    button.click()
    struck = "Alarm 2" if language == "en" else "二级出动"
    expect(page.locator("article .chip", has_text=struck)).to_be_visible()

    expect(said).not_to_have_text(asked)
    assert desk.breaches() == []


def test_what_would_be_sent_is_worked_out_for_a_kind_and_a_place_and_nothing_is_opened(
    sit: Sitter,
) -> None:
    desk = sit("dana")
    page = desk.page
    before = page.locator("header dl dd").first.inner_text()

    desk.command("W fire.structure @174.7633,-36.8485")
    panel = page.locator("section", has=page.locator("#preview-heading"))
    expect(panel).to_contain_text("run card")
    expect(panel.locator("ol li")).not_to_have_count(0)
    first_alarm = panel.locator(".found").inner_text()
    panel.locator("#preview-level").select_option("2")
    panel.get_by_role("button", name="Work it out").click()
    expect(panel.locator(".found")).not_to_have_text(first_alarm)
    assert desk.breaches() == []
    page.keyboard.press("Escape")

    expect(page.locator("#preview-heading")).to_have_count(0)
    assert page.locator("header dl dd").first.inner_text() == before


@pytest.mark.parametrize("by", ["key", "button"])
def test_who_is_named_first_since_a_moment_alone_is_not_sent_by_a_key_or_a_button(
    sit: Sitter, by: str
) -> None:
    mine, theirs = sit("dana"), sit("lena")
    page = mine.page
    place = {"key": "174.7713,-36.8605", "button": "174.7421,-36.8802"}[by]
    mine.command(f"R fire.alarm @{place} bells ring on the ground floor")
    number = page.locator("article .number").inner_text()
    first = page.locator("aside .first .units")
    first.wait_for()
    page.wait_for_timeout(READ_MS)
    before = first.inner_text()

    page.evaluate(_PRESS_WHEN_OTHERS_ARE_FIRST, [before, by])
    theirs.command(f"V {number} {before.split(' + ')[0]} crew")

    expect(page.locator(".toast.bad")).to_contain_text("Others are named than a moment ago")
    assert not [url for url in mine.asked if url.endswith("/dispatch")]
    page.wait_for_timeout(READ_MS)
    named = first.inner_text()
    assert named != before
    page.keyboard.press("F4")
    expect(mine.toasts()).to_contain_text(f"{named} ordered to {number}")
