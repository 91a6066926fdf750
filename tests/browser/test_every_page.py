"""All pages in all their looks: no breach of WCAG 2.2 AA, no complaint, nothing asked abroad."""

import itertools
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Sitter, Visitor
from .desk import CONSOLE_VIEW, City, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS: Final = tuple(itertools.product(("zh", "en"), ("night", "day")))
EACH: Final = (("zh", "night"), ("en", "day"))
"""Every language and every theme: what the description of the API says is long to be judged."""
_CUT: Final = "one => one.scrollWidth - one.clientWidth"
_LONGEST_WORDS: Final = """() => {
    document.querySelector("header .demo span").textContent = "×1 till sent, then";
    const alarm = document.querySelector("header .alarm");
    alarm.className += " ringing";
    alarm.textContent = "▲ 1066 First arrival overdue 12 more F8";
}"""
"""An alarm that stands while the demo's clock waits."""
STRANGER: Final = "https://tiles.example.org/1/2/3.png"


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_the_console_is_for_everybody_in_every_state(
    sit: Sitter, language: str, theme: str
) -> None:
    desk = sit("lena", language=language, theme=theme)
    page = desk.page
    found = {"overview": desk.breaches()}
    desk.command("R fire.smoke @174.6512,-36.9102 thin smoke over the roofs")
    page.locator("aside .first .units").wait_for()
    found["incident with advice"] = desk.breaches()
    page.locator("#command").fill("D 9999 A07")
    found["a command refused"] = desk.breaches()
    page.locator("#command").fill("")
    page.keyboard.press("F1")
    expect(page.locator("dialog")).to_be_visible()
    found["help"] = desk.breaches()
    page.keyboard.press("Escape")
    page.locator("button.seat").click()
    found["menu"] = desk.breaches()
    page.keyboard.press("Escape")
    page.locator("#command").blur()
    page.keyboard.press("n")
    page.locator("#report-heading").wait_for()
    found["report form"] = desk.breaches()

    assert {state: one for state, one in found.items() if one} == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_may_be_done_with_an_incident_stands_whole_inside_its_panel(
    sit: Sitter, language: str
) -> None:
    """As when an English status hung out of it, one letter a line."""
    desk = sit("lena", language=language, theme="night")
    page = desk.page
    desk.command("R fire.smoke @174.6512,-36.9102 thin smoke over the roofs")
    status = page.locator("article header .status")
    status.wait_for()
    panel, said = page.locator("aside article").bounding_box(), status.bounding_box()

    assert panel is not None
    assert said is not None
    for longest in ("To hospital, all of them", "转运"):
        status.evaluate("(one, text) => { one.lastChild.textContent = text }", longest)
        said = status.bounding_box()
        assert said is not None
        assert said["x"] + said["width"] <= panel["x"] + panel["width"], longest
        assert said["height"] < 30, longest


@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_narrow_screen_nothing_is_cut_and_the_incident_is_seen_beside_its_panel(
    sit: Sitter, language: str
) -> None:
    """As when "Data delay" had no figure, and the panel lay over what had just been chosen."""
    desk = sit("lena", language=language)
    page = desk.page
    page.set_viewport_size({"width": 1366, "height": 760})
    bar = page.locator("header dl[aria-label]")
    desk.command("R fire.smoke @174.95,-36.93 thin smoke over the roofs")
    label = page.locator(".map-label.incident")
    label.wait_for()

    def is_beside_panel() -> bool:
        panel, place = page.locator("main aside").bounding_box(), label.bounding_box()
        return panel is not None and place is not None and place["x"] < panel["x"]

    desk.until(is_beside_panel, "the incident beside its panel")
    assert bar.evaluate(_CUT) == 0
    page.evaluate(_LONGEST_WORDS)
    for width in (1366, 1440, 1600):
        page.set_viewport_size({"width": width, "height": 760})
        assert bar.evaluate(_CUT) == 0, width


def test_the_mark_beside_a_clock_of_more_than_an_hour_keeps_its_shape(sit: Sitter) -> None:
    """As when it was squeezed to a stroke beside +1:02:33."""
    desk = sit("lena")
    desk.command("R fire.smoke @174.6512,-36.9102 thin smoke over the roofs")
    row = desk.page.locator(".entry").first
    row.wait_for()
    found = row.evaluate("""one => {
        one.classList.add("overdue");
        const clock = one.querySelector(".clock");
        const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        mark.setAttribute("width", "7");
        const scope = [...clock.classList].filter(one => one.startsWith("svelte-"));
        mark.setAttribute("class", scope.join(" "));
        clock.replaceChildren(mark, "+11:02:33");
        return [mark.getBoundingClientRect().width, clock.scrollWidth - clock.clientWidth];
    }""")

    assert found == [7, 0]


def test_what_a_window_says_last_is_heard_before_somebody_else_sits_there(sit: Sitter) -> None:
    desk = sit("dana")
    desk.is_changed = True
    desk.page.evaluate("() => { setTimeout(() => console.error('a last word')); }")

    desk.get_up()

    assert [one.partition(" (")[0] for one in desk.complaints] == ["a last word"]
    desk.complaints.clear()


@pytest.mark.parametrize(("language", "theme"), EACH)
def test_sign_in_field_and_description_of_the_api_are_for_everybody(
    visit: Visitor, city: City, language: str, theme: str
) -> None:
    wide, phone = visit(viewport=CONSOLE_VIEW), visit()
    look = f"lang={language}&theme={theme}"
    found: dict[str, list[str]] = {}

    page = wide.open(f"/console?{look}")
    page.locator("input[type=password]").wait_for()
    found["sign-in"] = wide.breaches()
    page.locator("input[autocomplete=username]").fill("ben")
    page.locator("input[type=password]").fill(city.password_of("ben"))
    page.keyboard.press("Enter")
    page.locator("label.seat").first.wait_for()
    found["seats"] = wide.breaches()
    page = wide.open(f"/docs?{look}")
    page.locator("summary", has_text="/v1/reports").first.click()
    found["docs"] = wide.breaches()

    page = phone.open(f"/field?{look}")
    page.locator("#password").wait_for()
    found["field, signed out"] = phone.breaches()
    phone.sign_in_to_field("crew.a16", city.password_of("crew.a16"), language=language)
    page.locator(".none").wait_for()
    found["field, nothing to do"] = phone.breaches()

    assert {state: one for state, one in found.items() if one} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_publics_pages_are_for_everybody(visit: Visitor, language: str) -> None:
    window = visit()
    page = window.open(f"/report?lang={language}")
    page.locator("#place").wait_for()
    found = {"report": window.breaches()}
    page.locator("button.primary").click()
    page.locator("[aria-invalid=true]").wait_for()
    found["report, not complete"] = window.breaches()
    page.locator("#place").fill("Ponsonby Road 1")
    page.locator("#text").fill(f"A wire hangs low ({language})")
    page.locator("button.primary").click()
    page.locator(".code").wait_for()
    found["report, sent"] = window.breaches()
    page.locator("a.primary").click()
    page.locator(".now").wait_for()
    found["track"] = window.breaches()
    window.open(f"/track/none-such?lang={language}")
    page.locator("#code").wait_for()
    found["track, not a code"] = window.breaches()

    assert {state: one for state, one in found.items() if one} == {}


def test_the_description_of_the_api_comes_from_this_node_and_finds_what_is_asked(
    visit: Visitor,
) -> None:
    page = visit(viewport=CONSOLE_VIEW).open("/docs?lang=en")

    page.locator("#find").fill("post dispatch")
    line = page.locator("summary", has_text="/v1/incidents/{incident_id}/dispatch")
    line.click()

    expect(page.locator("details[open]")).to_contain_text("unit_ids")
    expect(page.locator("details[open]")).to_contain_text("required")
    page.locator("#find").fill("nothing like this")
    expect(page.locator("[role=status]")).to_have_text("No operation matches")


def _as_picture(page: Page) -> None:
    page.evaluate("url => { const it = new Image(); it.src = url; }", STRANGER)


def _as_question(page: Page) -> None:
    page.evaluate("url => { fetch(url).catch(() => undefined); }", STRANGER)


@pytest.mark.parametrize("ask", [_as_picture, _as_question])
def test_a_planted_request_to_a_stranger_is_found_out(
    browser: Browser, city: City, ask: Callable[[Page], None]
) -> None:
    """Our own content policy refuses it loudly; without the policy, the request itself is seen."""
    for is_lax in (False, True):
        window = Visit.of(browser, city.origin, bypass_csp=is_lax)
        page = window.open("/report?lang=en")
        page.locator("#place").wait_for()
        ask(page)
        page.wait_for_timeout(500)

        refused = [one for one in window.complaints if "Content Security Policy" in one]
        assert window.foreign() == [STRANGER] if is_lax else refused
        window.close()
