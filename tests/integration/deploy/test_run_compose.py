"""`make up-distributed` as people meet it: ready, Ctrl-C, one line where it cannot start."""

import contextlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
import yaml
from tests.integration.deploy.conftest import ROOT, program

from beaconfire_testkit.node import free_port
from compose.model import BadFile
from run_compose import asked, scaled

STAYS: Final = "import time; time.sleep(600)"


def started(folder: Path, services: dict[str, Any], *more: str) -> "subprocess.Popen[str]":
    file = folder / "compose.yml"
    file.write_text(yaml.safe_dump({"services": services}))
    return subprocess.Popen(
        [
            sys.executable, str(ROOT / "deploy" / "run_compose.py"), "--file", str(file),
            "--data", str(folder / "data"), *more,
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def until_ready(runner: "subprocess.Popen[str]") -> list[str]:
    assert runner.stdout is not None
    lines: list[str] = []
    for line in runner.stdout:
        lines.append(line.strip())
        if line.startswith("ready "):
            return lines
    raise AssertionError((lines, runner.communicate()))


def pids(folder: Path) -> set[int]:
    state = json.loads((folder / "data" / "state.json").read_text())
    return {one["pid"] for ones in state["services"].values() for one in ones}


def until_launched(folder: Path) -> set[int]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if found := pids(folder):
                return found
        time.sleep(0.02)
    raise AssertionError("nothing was started")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_ready_and_leaves_nothing_when_it_is_stopped(
    tmp_path: Path, number: signal.Signals
) -> None:
    port = free_port()
    door = program(STAYS, ports=["127.0.0.1:${BEACONFIRE_PORT:-8040}:8040"])
    runner = started(
        tmp_path, {"door": door, "one": program(STAYS)}, "--port", str(port), "--scale", "one=2"
    )
    lines = until_ready(runner)
    running = pids(tmp_path)

    runner.send_signal(number)
    out, said = runner.communicate(timeout=30)

    assert lines[-1] == f"ready http://127.0.0.1:{port}"
    assert {line.split()[0] for line in lines[:2]} == {"door", "one"}
    assert len(running) == 3
    assert (runner.returncode, said) == (0, "")
    assert {line.split()[0] for line in out.splitlines()} == {
        "stopping",
        "door-1",
        "one-1",
        "one-2",
    }
    assert not [pid for pid in running if psutil.pid_exists(pid)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_before_it_is_ready_it_says_so_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    never = {"test": ["CMD", "false"], "start_period": "60s"}
    runner = started(tmp_path, {"one": program(STAYS, healthcheck=never)})
    running = until_launched(tmp_path)

    runner.send_signal(number)
    out, said = runner.communicate(timeout=30)

    assert (runner.returncode, said) == (0, "")
    assert out == "stopped before it was ready\n"
    assert not [pid for pid in running if psutil.pid_exists(pid)]


def test_a_runner_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    door = program(STAYS, ports=[f"127.0.0.1:{free_port()}:8040"])
    runner = started(tmp_path, {"door": door})
    until_ready(runner)
    (pid,) = pids(tmp_path)

    runner.kill()
    runner.communicate()
    again = started(tmp_path, {"door": door})
    until_ready(again)

    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=30)
    assert again.returncode == 0


def test_what_cannot_start_is_one_clear_line_and_the_end_of_its_log(tmp_path: Path) -> None:
    broken = program(
        "raise SystemExit('the roof is on fire')",
        healthcheck={"test": ["CMD", "false"], "start_period": "60s"},
    )
    runner = started(tmp_path, {"one": broken})

    _, said = runner.communicate(timeout=60)

    assert runner.returncode == 2
    first, *rest = said.splitlines()
    assert first.startswith("cannot start: one-1 ended with 1; the end of ")
    assert rest == ["the roof is on fire"]


def test_a_file_that_is_not_understood_is_one_clear_line(tmp_path: Path) -> None:
    runner = started(tmp_path, {"one": program(STAYS, networks=["x"])})

    _, said = runner.communicate(timeout=60)

    assert (runner.returncode, said) == (
        2, "cannot start: one: networks is not understood by this runner\n",
    )  # fmt: skip


def test_how_many_of_whom_is_written_as_for_docker() -> None:
    said = asked(["--scale", "dispatch=2", "--scale", "geo=3", "--demo"])

    assert scaled(said.scale) == {"dispatch": 2, "geo": 3}
    assert said.demo
    with pytest.raises(BadFile, match="is written dispatch=2"):
        scaled(["dispatch"])
