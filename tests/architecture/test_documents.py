"""What the documents point at is there: files, doors, and the same path in both languages."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
_LINK: Final = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_DOOR: Final = re.compile(r"\bmake ([a-z][a-z-]+)\b")
_OURS: Final = ("*.md", "docs/**/*.md", "services/*/README.md", "web/README.md")
_RULE: Final = re.compile(r"\bR\d{1,2}\b")
_RULE_WRITTEN: Final = re.compile(r"^\| (R\d+) \|", re.MULTILINE)
_PAGE: Final = re.compile(r"\b[a-z][a-z_-]*\.md\b")
_NO_DOORS: Final = frozenset({"alone", "again", "it", "what", "a"})
"""English after the word make."""


def documents() -> Iterable[Path]:
    """Every page of prose that we keep."""
    return sorted(found for pattern in _OURS for found in ROOT.glob(pattern))


def links_of(text: str) -> list[str]:
    """What a page points at inside the checkout."""
    return [one for one in _LINK.findall(text) if "://" not in one]


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = links_of(page.read_text("utf-8"))

    assert [one for one in links if not (page.parent / one).exists()] == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    planted = "see [the core](services/incident/nowhere.py#there) and [us](https://example.org)"

    assert links_of(planted) == ["services/incident/nowhere.py"]


def test_each_door_that_a_page_names_stands_in_the_makefile() -> None:
    doors = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        door
        for page in documents()
        for code in re.findall(r"`([^`]+)`", page.read_text("utf-8"))
        for door in _DOOR.findall(code)
    }

    assert "test" in named
    assert named - doors - _NO_DOORS == set()


def test_each_rule_that_code_names_by_number_is_written_down() -> None:
    written = set(_RULE_WRITTEN.findall((ROOT / "docs/rules.md").read_text("utf-8")))
    named = {
        rule: path
        for folder in ("services", "shared", "src")
        for suffix in ("*.py", "*.sql", "*.toml")
        for path in sorted((ROOT / folder).rglob(suffix))
        for rule in _RULE.findall(path.read_text("utf-8"))
    }

    assert "R12" in named
    assert {rule: path for rule, path in named.items() if rule not in written} == {}
    assert written - named.keys() == set()


def test_nothing_points_at_a_page_that_we_do_not_keep() -> None:
    kept = {path.name for path in (*documents(), *(ROOT / "docs").rglob("*.md"))}
    named = {
        page: path
        for folder in ("services", "shared", "src", "web/src")
        for suffix in ("*.py", "*.sql", "*.toml", "*.ts", "*.svelte")
        for path in sorted((ROOT / folder).rglob(suffix))
        for page in _PAGE.findall(path.read_text("utf-8"))
    }

    assert {page: path for page, path in named.items() if page not in kept} == {}


def test_both_readmes_lead_along_the_same_files() -> None:
    english = links_of((ROOT / "README.md").read_text("utf-8"))
    chinese = links_of((ROOT / "README.zh.md").read_text("utf-8"))

    def code(links: list[str]) -> list[str]:
        return [one for one in links if one.startswith(("services/", "shared/", "web/"))]

    assert len(code(english)) >= 10
    assert code(english) == code(chinese)
