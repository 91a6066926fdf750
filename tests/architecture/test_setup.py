"""The setup of a checkout ends in one clear sentence where it cannot go on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("awk", "cat", "dirname", "env", "head", "id", "mkdir", "rm", "sed", "sh", "uname")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout on a machine that has a shell and its tools, and nothing else."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "tools" / "setup.sh", tmp_path / "tools" / "setup.sh")
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None, tool
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def put_python(checkout: Path, script: str) -> None:
    python = checkout / "bin" / "python3"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


def setup(checkout: Path) -> tuple[int, str]:
    result = subprocess.run(
        ["sh", "tools/setup.sh", "core"],
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return result.returncode, result.stdout + result.stderr


def test_a_machine_without_python_is_told_which_it_needs(checkout: Path) -> None:
    code, said = setup(checkout)

    assert code == 1
    assert said.count("\n") == 1, said
    assert "needs Python 3.11, 3.12 or 3.13" in said


def test_a_machine_with_an_old_python_is_told_what_was_found(checkout: Path) -> None:
    put_python(checkout, '[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1')

    code, said = setup(checkout)

    assert code == 1
    assert "found Python 3.9.2" in said


def test_a_python_that_makes_no_environment_is_told_what_to_install(checkout: Path) -> None:
    put_python(checkout, f'[ "$1" = -m ] && exit 1\nexec {sys.executable} "$@"')

    code, said = setup(checkout)

    assert code == 1
    assert "sudo apt-get install python3-venv" in said
    assert not (checkout / ".venv").exists(), "nothing half-made is left behind"


def test_the_list_of_doors_names_every_door() -> None:
    listed = subprocess.run(
        ["make"], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True, timeout=60
    ).stdout

    for door in ("setup", "up", "test", "check", "bench", "proof", "test-foreign"):
        assert f"  make {door} " in listed
