"""The simulation's tokens lie in a file that its owner alone reads."""

from pathlib import Path

import pytest

from beaconfire.simulation.credentials import Credentials, CrewToken

TOLD = Credentials(
    origin="http://127.0.0.1:8040",
    city="auckland",
    callers="bf_callers",
    desk="bf_desk",
    crews=(CrewToken("unit", "A1", 174.7, -36.8, carries_patients=True, token="bf_crew"),),
    workers={"person": "bf_worker"},
)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    TOLD.save(path)

    assert Credentials.load(path) == TOLD
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["credentials.json"]


def test_a_draft_that_others_could_read_is_not_trusted_with_tokens(tmp_path: Path) -> None:
    draft = tmp_path / "credentials.new"
    draft.write_text("left by an interrupted start")
    draft.chmod(0o644)

    TOLD.save(tmp_path / "credentials.json")

    assert Credentials.load(tmp_path / "credentials.json") == TOLD


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "credentials.json"
    TOLD.save(path)
    path.chmod(mode)

    with pytest.raises(ValueError, match="chmod 600"):
        Credentials.load(path)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"origin": 5}'])
def test_a_file_that_is_something_else_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(ValueError, match=r"other\.json"):
        Credentials.load(path)
