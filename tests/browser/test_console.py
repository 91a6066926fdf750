"""The console in a real browser, against a real node: sign in, take a call, send, close."""

import itertools
import re
from datetime import UTC, datetime
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .conftest import Sitter, Visitor
from .desk import CONSOLE_VIEW, HALF, READ_MS, City, Desk

_ENTER_WHEN_OTHERS_ARE_NAMED: Final = """(before) => {
    const meaning = document.querySelector('#verdict');
    const watch = new MutationObserver(() => {
        const named = meaning.querySelector('b')?.textContent ?? '';
        if (!named.startsWith('Send') || named === before) return;
        watch.disconnect();
        const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true });
        document.querySelector('#command').dispatchEvent(enter);
    });
    watch.observe(meaning, { subtree: true, childList: true, characterData: true });
}"""
"""A hand that was on its way to the key when the verdict turned."""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_call_is_taken_units_are_sent_and_the_file_is_closed(sit: Sitter) -> None:
    desk = sit("dana")
    page = desk.page

    verdict = desk.command("R fire.structure @174.7633,-36.8485 smoke from the third floor")
    assert "New report: Structure fire" in verdict
    number = page.locator("article .number").inner_text()
    first = page.locator("aside .first .units")
    first.wait_for()
    signs = first.inner_text().split(" + ")

    desk.command(f"T {number}")
    expect(desk.toasts()).to_contain_text("is at your seat")
    page.locator("aside .first .button.primary").click()
    expect(desk.toasts()).to_contain_text(f"ordered to {number}")
    for sign in signs:
        for verb, word in (("AK", "Ack"), ("ER", "En route"), ("OS", "On scene"), ("CL", "Clear")):
            desk.command(f"{verb} {sign}")
            expect(desk.toasts()).to_contain_text(f"{sign}: {word}")
    expect(page.locator("article")).to_contain_text("No unit is on it any more")
    expect(page.locator("ol.lines")).not_to_contain_text("Recommended: nobody")
    expect(page.locator("ol.lines")).not_to_contain_text("No unit can be recommended")

    expect(desk.row(number)).to_contain_text("Handled")  # incident has heard that all are gone
    assert "Close" in desk.command(f"C {number} resolved")
    expect(desk.row(number)).to_contain_text("Closed")


def test_what_one_desk_does_another_sees_at_once_in_its_own_language(sit: Sitter) -> None:
    mine, theirs = sit("ben"), sit("lena", language="zh")

    mine.command("R medical.cardiac-arrest @174.78,-36.87 not breathing")
    number = mine.page.locator("article .number").inner_text()

    expect(theirs.row(number)).to_contain_text("心脏骤停")
    expect(theirs.page.locator(".alarm")).to_contain_text(f"{number} 新的 P1")
    theirs.page.keyboard.press("F8")
    expect(theirs.page.locator("article h2")).to_have_text("心脏骤停")
    expect(theirs.page.locator("header .alarm")).to_have_text("无告警")

    theirs.page.reload()
    expect(theirs.page.locator("header .alarm")).to_contain_text("新的 P1")


COUNT_TONES = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) {
  window.tones += this.context.state === 'running' ? 1 : 0;
  return start.apply(this, given);
};
"""


def test_a_new_p1_is_heard_where_a_hand_has_touched_the_page(sit: Sitter) -> None:
    mine, theirs = sit("ben"), sit("dana")
    theirs.is_changed = True
    theirs.page.add_init_script(COUNT_TONES)
    theirs.page.reload()
    theirs.until_live()
    theirs.page.mouse.click(700, 300)
    theirs.page.wait_for_timeout(500)
    before = theirs.page.evaluate("window.tones")

    mine.command("R medical.cardiac-arrest @174.79,-36.88 not breathing")
    number = mine.page.locator("article .number").inner_text()

    expect(theirs.page.locator(".alarm")).to_contain_text(number)
    theirs.until(lambda: theirs.page.evaluate("window.tones") >= before + 4, "two rising tones")


def test_the_demos_clock_is_hurried_and_paused_from_the_bar(sit: Sitter) -> None:
    mine, theirs = sit("dana"), sit("lena", language="zh")
    bar, clock = mine.page.locator("header .demo"), mine.page.locator("header time.clock")
    speed = bar.get_by_label("Speed of the demo clock")
    usual = speed.input_value()
    faster = speed.locator("option").last.get_attribute("value")
    assert faster is not None
    assert faster != usual

    speed.select_option(faster)
    expect(theirs.page.locator("header .demo select")).to_have_value(faster)
    mine.page.wait_for_timeout(1_000)  # ahead of the wall: behind it no clock may stand (ADR 0008)
    speed.select_option(usual)
    expect(theirs.page.locator("header .demo select")).to_have_value(usual)

    bar.get_by_role("button", name="Pause the demo clock").click()
    expect(bar).to_contain_text("Paused")
    expect(theirs.page.locator("header .demo")).to_contain_text("暂停")
    mine.page.wait_for_timeout(2_500)  # what is shown comes after, by a second and by what is busy
    stood = clock.inner_text()
    mine.page.wait_for_timeout(2_500)
    assert clock.inner_text() == stood

    bar.get_by_role("button", name="Let the demo clock run").click()
    expect(clock).not_to_have_text(stood)


def test_what_somebodys_rights_never_allow_is_not_offered(sit: Sitter) -> None:
    desk = sit("tama")
    page = desk.page

    desk.command("R fire.structure @174.7533,-36.8445 smoke on the second floor")
    number = page.locator("article .number").inner_text()
    page.locator("aside .first .units").wait_for()

    expect(page.locator("header .alarm")).not_to_contain_text(number)
    expect(page.locator("aside .first .button")).to_have_count(0)
    expect(page.locator("article select")).to_have_count(1)
    expect(page.locator("article select option:disabled")).to_have_count(3)
    for line, said in (
        ("D", "Not among the rights"),
        (f"D {number}", "Not among the rights"),
        (f"C {number} resolved", "Not among the rights"),
        (f"P {number} 4", "Only the shift leader lowers a priority"),
    ):
        page.locator("#command").fill(line)
        expect(page.locator("#verdict")).to_contain_text(said)
    page.locator("#command").fill(f"N {number} the neighbour called too")
    expect(page.locator("#verdict .verdict.ready")).to_be_visible()


@pytest.mark.parametrize(("language", "said"), [("en", "takes no seat"), ("zh", "不坐席")])
def test_an_administrator_is_told_where_their_work_is_done(
    visit: Visitor, city: City, language: str, said: str
) -> None:
    keeper = f"keeper.{language}"
    city.register(keeper, "administrator")
    window = visit(viewport=CONSOLE_VIEW)
    page = window.open(f"/console?lang={language}&theme=night")

    page.locator("input[autocomplete=username]").fill(keeper)
    page.locator("input[type=password]").fill(city.password_of(keeper))
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text(said)
    expect(page.locator("main h1")).to_have_text(keeper)
    expect(page.locator("main a[href='/docs']")).to_be_visible()
    expect(page.locator("label.seat")).to_have_count(0)
    expect(page.locator("main .button.large")).to_have_count(1)
    assert window.breaches() == []


def test_a_whole_call_needs_no_mouse_and_the_focus_is_always_seen(
    visit: Visitor, city: City
) -> None:
    window = visit(viewport=CONSOLE_VIEW, device_scale_factor=HALF)
    page = window.open("/console?lang=en&theme=night")
    press = page.keyboard.press

    _focus_is_seen(page, "input[autocomplete=username]")
    page.keyboard.type("ben")
    press("Tab")
    page.keyboard.type(city.password_of("ben"))
    press("Enter")
    page.locator("label.seat").first.wait_for()
    _tab_to(page, page.locator("input[type=radio]:checked"))
    press("ArrowDown")
    press("ArrowUp")
    _tab_to(page, page.locator("button.primary"))
    press("Enter")
    expect(page.locator(".card").first).to_have_text("Live")

    press("/")
    _focus_is_seen(page, "#command")
    page.keyboard.type("R rescue.lift @174.735,-36.905 stuck between two floors")
    press("Enter")
    heading = page.locator("article h2")
    expect(heading).to_have_text("Person trapped in a lift")
    number = page.locator("article .number").inner_text()
    press("ArrowUp")
    expect(page.locator("#command")).to_have_value(re.compile("^R rescue.lift"))
    press("Escape")
    expect(page.locator("#command")).to_have_value("")
    press("Escape")

    press("F2")
    _focus_is_seen(page, ".entry[aria-selected=true]")
    press("End")
    press("Home")
    page.locator("article").wait_for()
    press("F1")
    expect(page.locator("dialog")).to_contain_text("AK A07")
    press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    page.locator("body").press("Escape")
    expect(page.locator("article")).to_have_count(0)

    press("/")
    page.keyboard.type(f"F {number}")
    press("Enter")
    expect(heading).to_have_text("Person trapped in a lift")
    page.locator("aside .first .units").wait_for()
    sign = page.locator("aside .first .units").inner_text()
    press("F4")
    expect(page.locator(".toasts")).to_contain_text(f"{sign} ordered to {number}")
    row = page.locator(".entry", has_text=number)
    for line in (f"AK {sign}", f"ER {sign}", f"OS {sign}", f"CL {sign}"):
        _type(page, line)
    expect(row).to_contain_text("Handled")  # incident has heard that its crew is gone
    _type(page, f"C {number} resolved")
    expect(row).to_contain_text("Closed")


def test_a_line_is_free_at_once_and_one_that_is_refused_meanwhile_is_not_lost(sit: Sitter) -> None:
    desk = sit("dana")
    page, box = desk.page, desk.page.locator("#command")
    desk.command("R fire.alarm @174.7713,-36.8605 bells ring on the ground floor")
    number = page.locator("article .number").inner_text()
    held: list[Route] = []
    page.route("**/notes", lambda route: held.append(route))  # noqa: PLW0108  (takes attributes)

    box.fill(f"N {number} first")
    box.press("Enter")
    expect(box).to_have_value("")
    box.fill(f"N {number} second")
    desk.until(lambda: bool(held), "the first line was never sent")
    held[0].abort()
    expect(page.locator(".toast.bad")).to_be_visible()
    desk.complaints.clear()  # the browser's own word on the lost request

    expect(box).to_have_value(f"N {number} second")  # what is being typed stays
    page.unroute("**/notes")
    box.press("Enter")
    expect(page.locator("article .lines")).to_contain_text("second")
    for _ in range(2):
        box.press("ArrowUp")
    expect(box).to_have_value(f"N {number} first")


def test_an_order_whose_units_change_before_enter_is_read_again_and_then_sent_as_it_reads(
    sit: Sitter,
) -> None:
    mine, theirs = sit("dana"), sit("lena")
    page, box = mine.page, mine.page.locator("#command")
    mine.command("R fire.alarm @174.7713,-36.8605 bells ring on the ground floor")
    number = page.locator("article .number").inner_text()
    page.locator("aside .first .units").wait_for()
    box.fill(f"D {number}")
    meaning = page.locator("#verdict b")
    expect(meaning).to_have_text(re.compile("^Send "))
    before = meaning.inner_text()
    sign = before.removeprefix("Send ").split(" →")[0].split(" + ")[0].split(",")[0]
    page.wait_for_timeout(READ_MS)

    page.evaluate(_ENTER_WHEN_OTHERS_ARE_NAMED, before)
    theirs.command(f"V {number} {sign} crew")

    expect(meaning).to_have_text(re.compile("^Changed just now, read it again: Send "))
    expect(page.locator("#verdict .verdict")).to_have_text("Check")
    expect(box).to_have_value(f"D {number}")
    assert not [url for url in mine.asked if url.endswith("/dispatch")]
    page.wait_for_timeout(READ_MS)
    named = meaning.inner_text().split("Send ")[1].split(" →")[0]
    assert sign not in named
    box.press("Enter")
    expect(mine.toasts()).to_contain_text(f"{named} ordered to {number}")


def test_the_label_of_who_is_proposed_does_not_lie_over_the_chosen_incidents(
    sit: Sitter, city: City
) -> None:
    desk = sit("tama")
    place = (174.7421, -36.8802)
    crew = city.crew("E21")
    with city.client(crew.token) as phone:  # some 30 pixels right of the incident, 10 above it
        here = {"unit_id": crew.unit_id, "lon": place[0] + 0.0009, "lat": place[1] + 0.00024}
        fix = here | {"observed_at": datetime.now(UTC).isoformat()}
        phone.post("/v1/positions", json={"fixes": [fix]}).raise_for_status()
    desk.command(f"R fire.alarm @{place[0]},{place[1]} bells ring on the ground floor")
    number = desk.page.locator("article .number").inner_text()
    desk.command(f"F {number}")
    theirs = desk.page.locator(".map-label.proposed", has_text="E21")
    chosen = desk.page.locator(".map-label.incident")
    theirs.wait_for()
    desk.page.wait_for_timeout(1_500)  # the map moves there

    [one, other] = [at.bounding_box() for at in (theirs, chosen)]
    assert one is not None
    assert other is not None
    meet = [
        one[side] < other[side] + other[length] and other[side] < one[side] + one[length]
        for side, length in (("x", "width"), ("y", "height"))
    ]
    near = abs(one["x"] - other["x"]) < 150 and abs(one["y"] - other["y"]) < 100
    assert near
    assert not all(meet), (one, other)


def _type(page: Page, line: str) -> None:
    page.keyboard.type(line)
    page.locator("#verdict .verdict.ready").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#command")).to_have_value("")


def _tab_to(page: Page, target: Locator, *, most: int = 30) -> None:
    target.wait_for()
    for _ in range(most):
        if target.evaluate("it => it === document.activeElement"):
            _focus_is_seen(page, None)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def _focus_is_seen(page: Page, selector: str | None) -> None:
    """The element with the focus, and that it wears the ring of two pixels."""
    if selector is not None:
        expect(page.locator(selector)).to_be_focused()
    worn = page.evaluate(
        "() => { const at = document.activeElement;"
        " const { outlineStyle, outlineWidth } = getComputedStyle(at);"
        " return [at.matches(':focus-visible'), outlineStyle, outlineWidth]; }"
    )
    assert worn == [True, "solid", "2px"], worn


def test_the_form_takes_a_report_in_and_escape_puts_it_away(sit: Sitter) -> None:
    desk: Desk = sit("tama")
    page = desk.page

    page.keyboard.press("n")
    expect(page.locator("#report-heading")).to_have_text("New report")
    page.locator("aside form button.primary").click()
    expect(page.locator("aside form .said")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#report-heading")).to_have_count(0)


def test_what_has_no_place_says_why_nobody_is_proposed_and_is_placed_from_the_map(
    sit: Sitter,
) -> None:
    desk: Desk = sit("tama")
    page = desk.page

    page.keyboard.press("n")
    page.locator("#report-kind").fill("city.tree-down")
    page.keyboard.press("Enter")
    expect(page.locator("aside form .said")).to_contain_text("Give a place or what was told")
    expect(page.locator("#report-text")).to_be_focused()
    page.keyboard.type("zebra crossing blocked by xylophones")
    page.locator("aside form button.primary").click()

    article = page.locator("article")
    expect(article).to_contain_text("units are proposed once it is known")
    expect(article).to_contain_text("Click the map where it is")
    page.keyboard.press("F4")
    expect(page.locator(".toast, [role=status]", has_text="No place yet").first).to_be_visible()

    canvas = page.locator("canvas.maplibregl-canvas")
    box = canvas.bounding_box()
    assert box is not None
    put = article.get_by_role("button", name="Set the place pointed at")
    parts = itertools.cycle((0.4, 0.55, 0.7, 0.25))

    def is_pointed_at() -> bool:
        """Somewhere beside whatever stands on the map."""
        part = next(parts)
        page.mouse.click(box["x"] + box["width"] * part, box["y"] + box["height"] * (1 - part))
        return put.is_visible()

    desk.until(is_pointed_at, "a free place on the map")
    put.click()

    expect(article).to_contain_text("set on the map")
    expect(article).not_to_contain_text("units are proposed once it is known")
