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


def put(checkout: Path, program: str, script: str) -> None:
    path = checkout / "bin" / program
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def put_python(checkout: Path, script: str) -> None:
    put(checkout, "python3", script)


def put_java(checkout: Path, version: str) -> None:
    put(checkout, "java", f"echo 'openjdk version \"{version}\" 2025-04-15' >&2")


def setup(checkout: Path, part: str = "core", **environment: str) -> tuple[int, str]:
    result = subprocess.run(
        ["sh", "tools/setup.sh", part],
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout), **environment},
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


@pytest.mark.parametrize("found", [None, "1.8.0_412", "11.0.22"])
def test_without_a_java_that_is_new_enough_it_says_what_to_install(
    checkout: Path, found: str | None
) -> None:
    if found is not None:
        put_java(checkout, found)

    code, said = setup(checkout, "kafka")

    assert code == 0, "without it those tests are left out"
    assert said.count("\n") == 1, said
    assert "sudo apt-get install openjdk-17-jre-headless" in said


def test_without_maven_it_says_what_to_install(checkout: Path) -> None:
    put_java(checkout, "17.0.15")

    code, said = setup(checkout, "kafka")

    assert code == 0
    assert said.count("\n") == 1, said
    assert "sudo apt-get install maven" in said


def test_a_machine_without_what_a_gateway_needs_is_told_what_to_install(checkout: Path) -> None:
    code, said = setup(checkout, "gateway")

    assert code == 0, "everything else works without"
    assert said.count("\n") == 1, said
    assert "sudo apt-get install nginx-light wget" in said


def test_a_machine_without_a_browser_or_chinese_letters_is_told_what_to_install(
    checkout: Path,
) -> None:
    code, said = setup(checkout, "browser")

    assert code == 0, "everything else works without"
    assert "sudo apt-get install chromium (Debian)" in said
    assert "playwright install --with-deps chromium" in said
    assert "sudo apt-get install fonts-noto-cjk" in said


def test_what_the_tests_need_is_asked_for_in_one_go_beside_a_setup_that_fails(
    checkout: Path,
) -> None:
    put(checkout, "apt-get", 'echo "asked $*" >>"$HOME/asked"')
    put(checkout, "sudo", '[ "$1" = -n ] && shift\nexec "$@"')
    put_python(checkout, '[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1')

    code, said = setup(checkout, "tests", CI="true")

    asked = (checkout / "asked").read_text("utf-8").splitlines()
    assert code == 1
    assert "needs Python" in said
    assert [one for one in asked if " install " in one] == asked[1:], "one update, one install"
    assert {"openjdk-17-jre-headless", "maven", "fonts-noto-cjk"} <= set(asked[1].split())


def test_each_door_to_tests_on_kafka_makes_it_ready_first() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    for door in ("test", "test-apart", "proof"):
        [line] = [one for one in makefile.splitlines() if one.startswith(f"{door}:")]
        needs = set(line.partition("##")[0].split())
        assert {"setup-kafka", "setup-gateway"} <= needs or "setup-tests" in needs, door


def test_the_list_of_doors_names_every_door() -> None:
    listed = subprocess.run(
        ["make"], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True, timeout=60
    ).stdout

    for door in ("setup", "setup-kafka", "up", "test", "check", "bench", "proof", "test-foreign"):
        assert f"  make {door} " in listed
