"""The page of rosters: a week with its gaps, changed by whoever may, in both languages, by keys."""

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visitor
from .desk import CONSOLE_VIEW, City, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EMPTY: Final = {"zh": "这里还没有值守表", "en": "No rosters here yet"}
SIGN_IN: Final = {"zh": "登录", "en": "Sign in"}


def _open(
    visit: Visitor, city: City, name: str, *, language: str = "en", theme: str = "night"
) -> tuple[Visit, Page]:
    window = visit(viewport=CONSOLE_VIEW)
    page = window.open(f"/rosters?lang={language}&theme={theme}")
    page.locator("input[autocomplete=username]").fill(name)
    page.locator("input[type=password]").fill(city.password_of(name))
    page.get_by_role("button", name=SIGN_IN[language], exact=True).click()
    return window, page


@pytest.mark.parametrize(("language", "theme"), [("zh", "night"), ("en", "day")])
def test_a_week_shows_who_answers_and_when_nobody_does(
    visit: Visitor, city: City, language: str, theme: str
) -> None:
    window, page = _open(visit, city, "lena", language=language, theme=theme)

    named = "博特尼区" if language == "zh" else "Botany district"
    card = page.locator("article", has=page.get_by_role("heading", name=named, exact=True))
    expect(card.locator(".bar.leader").first).to_contain_text(
        "虚构" if language == "zh" else "invented"
    )
    page.get_by_label("只看有空档的" if language == "zh" else "Only with gaps").check()
    gaps = page.locator("article .gap .unseen")
    expect(gaps.first).to_contain_text("由网格长接" if language == "zh" else "falls to the grid")
    assert window.breaches() == []


def test_a_shift_leader_changes_a_roster_by_keys_alone_and_what_is_wrong_stands_at_its_line(
    visit: Visitor, city: City
) -> None:
    window, page = _open(visit, city, "lena")
    page.get_by_label("Find by name or code").fill("akl.d12")
    card = page.locator("article", has=page.get_by_text("akl.d12", exact=True))
    button = card.get_by_role("button", name="Edit the roster of")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    expect(dialog.locator("fieldset")).to_have_count(1)
    assert window.breaches() == []

    page.get_by_role("button", name="Add a line").press("Enter")
    page.get_by_role("button", name="Save").press("Enter")
    expect(dialog.get_by_role("alert").first).to_have_text(
        "Choose who, a day at least, and from when"
    )
    second = dialog.locator("fieldset").nth(1)
    who = dialog.locator("fieldset").nth(0).get_by_label("Person or body").input_value()
    second.get_by_label("Part").select_option("leader")
    second.get_by_label("Person or body").select_option(who)
    page.get_by_role("button", name="Save").press("Enter")
    expect(second.get_by_role("alert")).to_have_text(
        "The same person twice in one part at the same time"
    )
    second.get_by_label("Part").select_option("worker")
    second.get_by_label("Person or body").select_option(who)
    second.get_by_label("Sun").press("Space")
    second.get_by_label("From").fill("2026-01-01")
    second.get_by_label("Begins").fill("08:00")
    second.get_by_label("Ends").fill("20:00")
    page.get_by_role("button", name="Save").press("Enter")

    expect(page.get_by_role("status")).to_contain_text("is saved")
    expect(button).to_be_focused()
    expect(card.locator(".bar.worker")).to_have_count(6)
    button.press("Enter")
    dialog.locator("fieldset").nth(1).get_by_role("button", name="Remove line 2").press("Enter")
    page.get_by_role("button", name="Save").press("Enter")
    expect(card.locator(".bar.worker")).to_have_count(0)
    window.complaints.clear()  # the browser says of itself that it was answered 409


def test_two_who_change_the_same_at_once_are_told(visit: Visitor, city: City) -> None:
    windows = [_open(visit, city, "lena") for _ in range(2)]
    for window, page in windows:
        page.get_by_label("Find by name or code").fill("akl.d13")
        card = page.locator("article", has=page.get_by_text("akl.d13", exact=True))
        card.get_by_role("button", name="Edit the roster of").click()
        page.locator("fieldset").get_by_label("Sun").click()
        assert window.complaints == []
    first, second = (page for _, page in windows)

    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("status")).to_contain_text("is saved")
    second.get_by_role("button", name="Save").click()

    expect(second.locator("dialog .said")).to_contain_text("Somebody changed it")
    windows[1][0].complaints.clear()  # the browser says of itself that it was answered 409


def test_who_reads_only_is_offered_no_change_and_another_sees_nothing(
    visit: Visitor, city: City
) -> None:
    _, reader = _open(visit, city, "dana")
    expect(reader.locator("article").first).to_be_visible()
    assert reader.get_by_role("button", name="Edit the roster of").count() == 0
    assert reader.get_by_placeholder("Path or code of an area").count() == 0

    _, crew = _open(visit, city, "crew.a05")
    expect(crew.locator(".notice")).to_have_text("Your role may not see rosters.")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_place_without_rosters_says_what_to_do(visit: Visitor, city: City, language: str) -> None:
    name = f"empty.{language}"
    city.register(name, "shift_leader", reach="akl.d14.none")
    window, page = _open(visit, city, name, language=language)

    page.locator("select").first.select_option("akl.d14.none")

    expect(page.get_by_role("heading", name=EMPTY[language])).to_be_visible()
    field = page.locator("form input")
    field.fill("akl.d99")
    field.press("Enter")
    said = "网格中没有这个区域" if language == "zh" else "The grid has no such area"
    expect(page.locator("form [role=alert]")).to_have_text(said)
    assert window.breaches() == []
