"""Who answers for an incident's place: level by level, the agency, who is on duty, what is near."""

import pytest
from playwright.sync_api import expect

from .conftest import Sitter

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(
    ("language", "heading", "lies_in", "in_charge"),
    [("en", "Who answers here", "Lies in", "In charge"), ("zh", "属地责任", "属地", "主责")],
)
def test_a_desk_reads_who_answers_for_a_place(
    sit: Sitter, language: str, heading: str, lies_in: str, in_charge: str
) -> None:
    desk = sit("dana", language=language)
    desk.command("R fire.alarm @174.7713,-36.8605 smoke behind the hall")
    here = desk.page.locator("article details", has_text=heading)

    here.locator("summary").click()

    expect(here.locator("dt").first).to_have_text(lies_in)
    expect(here.locator("dd").first).to_contain_text(" › ")
    expect(here).to_contain_text(in_charge)
    expect(here.locator("dd").nth(1)).not_to_be_empty()
    assert desk.breaches() == []
