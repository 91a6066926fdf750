"""A browser is found wherever the set-up of a checkout leaves one."""

import re
from pathlib import Path

import pytest

from beaconfire_testkit import chromium
from beaconfire_testkit.chromium import APPS, COMMANDS, find_chromium

SETUP = Path(__file__).parents[3] / "tools" / "setup.sh"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser, and where its commands would be."""
    monkeypatch.setattr(chromium, "APPS", ())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def an_executable(path: Path) -> Path:
    path.write_text("")
    path.chmod(0o755)
    return path


def test_the_machines_own_goes_before_the_one_of_playwright(bare: Path) -> None:
    playwrights = bare / "chrome"
    assert find_chromium(playwrights) is None

    an_executable(playwrights)
    assert find_chromium(playwrights) == playwrights

    own = an_executable(bare / "bin" / "google-chrome")
    assert find_chromium(playwrights) == own


def test_it_is_looked_for_where_the_set_up_looks() -> None:
    text = SETUP.read_text("utf-8")
    [names] = re.findall(r"for name in (chromium.*); do", text)

    assert tuple(names.split()) == COMMANDS
    assert all(f'"/Applications/{one.parts[2]}"' in text for one in APPS)
    assert ".cache/ms-playwright/chromium-" in text
