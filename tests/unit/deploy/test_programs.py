"""Programs are found by name, run to their end, and inherit nothing of ours."""

import sys
from pathlib import Path

import pytest

from compose.programs import (
    ProgramFailed,
    ProgramMissing,
    environment,
    found,
    identity,
    run_once,
    tail,
)


def test_a_program_that_is_not_there_is_told_with_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ProgramMissing, match="make setup-gateway"):
        found(["nginx"], "")
    assert found(["python"], str(Path(sys.executable).parent))[0].endswith("/python")


def test_what_failed_says_its_last_words() -> None:
    with pytest.raises(ProgramFailed, match="no such luck"):
        run_once([sys.executable, "-c", "print('no such luck'); raise SystemExit(3)"])
    run_once([sys.executable, "-c", ""])


def test_nothing_of_ours_leaks_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://nowhere.invalid")

    told = environment({"A": "1"}, "/opt/x")

    assert told.keys() == {"HOME", "LC_ALL", "TZ", "PATH", "PYTHONUNBUFFERED", "A"}
    assert told["PATH"].startswith("/opt/x:")
    assert identity(None)["user"] is None


def test_the_end_of_a_log_is_what_counts(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("\n".join(str(number) for number in range(100)))

    assert tail(tmp_path / "log", 2) == "98\n99"
    assert tail(tmp_path / "nothing") == ""
