"""`make up-distributed` as people meet it: ready, Ctrl-C, one line where it cannot start."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
import yaml
from tests.integration.deploy.conftest import ROOT, program

from beaconfire_testkit.node import free_port
from compose.model import BadFile
from compose.places import unusable
from run_compose import asked, scaled

STAYS: Final = "import time; time.sleep(600)"
MASTER: Final = """
import os, socket, subprocess, sys, time
door = socket.create_server(("127.0.0.1", {port}))
os.set_inheritable(door.fileno(), True)
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
open({told!r} + ".new", "w").write(str(worker.pid))
os.rename({told!r} + ".new", {told!r})
time.sleep(600)
"""
"""As nginx: a worker has the port too, and does not end with who started it."""
SLOW: Final = (
    "import signal, sys, time\n"
    "def end(*_): time.sleep(2); open({ended!r}, 'w').close(); sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, end); print('slow'); time.sleep(600)"
)
DEAF: Final = "import signal; signal.signal(15, signal.SIG_IGN); print('slow'); " + STAYS


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


def turned(folder: Path, verb: str, service: str) -> tuple[int, str]:
    """The exit code of `run_compose.py VERB SERVICE`, and what it says."""
    done = subprocess.run(
        [
            sys.executable, str(ROOT / "deploy" / "run_compose.py"), verb, service,
            "--data", str(folder / "data"),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def pids(folder: Path) -> set[int]:
    state = json.loads((folder / "data" / "state.json").read_text())
    return {one["pid"] for ones in state["services"].values() for one in ones}


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """A zombie whose parent has not looked yet is not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def slow_to_stop(folder: Path, code: str, *, is_ready: bool) -> "subprocess.Popen[str]":
    """A runner whose only service hears that it is to stop, and is ready or never is."""
    never = {"test": ["CMD", "false"], "start_period": "60s"}
    door = program(
        code.format(ended=str(folder / "ended")), ports=[f"127.0.0.1:{free_port()}:8040"],
        stop_grace_period="60s", restart="always", **({} if is_ready else {"healthcheck": never}),
    )  # fmt: skip
    runner = started(folder, {"door": door})
    told = folder / "data" / "logs" / "door-1.told"
    if is_ready:
        until_ready(runner)
    until(lambda: told.exists() and "slow" in told.read_text())
    return runner


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
    port, told = free_port(), tmp_path / "worker"
    door = program(MASTER.format(port=port, told=str(told)), ports=[f"127.0.0.1:{port}:8040"])
    runner = started(tmp_path, {"door": door})
    until_ready(runner)
    until(told.exists)
    running = {*pids(tmp_path), int(told.read_text())}
    assert len(running) == 2
    assert unusable(port) is not None, "the worker has the port"

    runner.kill()
    runner.communicate()

    until(lambda: not any(is_alive(pid) for pid in running))
    assert unusable(port) is None
    again = started(tmp_path, {"door": door})
    until_ready(again)
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=30)
    assert again.returncode == 0


def test_one_service_is_stopped_and_started_while_the_others_run(tmp_path: Path) -> None:
    nobody_runs = turned(tmp_path, "stop", "one")
    door = program(STAYS, ports=[f"127.0.0.1:{free_port()}:8040"], restart="always")
    runner = started(
        tmp_path, {"door": door, "one": program(STAYS, restart="always")}, "--scale", "one=2"
    )
    until_ready(runner)
    before = pids(tmp_path)

    stopped = turned(tmp_path, "stop", "one")
    time.sleep(0.5)  # whoever ended by itself would be back by now
    alone = {pid for pid in before if is_alive(pid)}
    again, unknown = turned(tmp_path, "stop", "one"), turned(tmp_path, "start", "x" * 1_000)
    back = turned(tmp_path, "start", "one")
    twice, after = turned(tmp_path, "start", "one"), pids(tmp_path)
    switch = Path(json.loads((tmp_path / "data" / "state.json").read_text())["switch"])
    mode = switch.parent.stat().st_mode & 0o777
    runner.send_signal(signal.SIGINT)
    runner.communicate(timeout=30)

    nothing = f"cannot stop: nothing runs in {tmp_path / 'data'}: name another folder with --data\n"
    assert nobody_runs == (2, nothing)
    assert (stopped[0], back[0]) == (0, 0)
    assert (stopped[1][:12], back[1][:12]) == ("one stopped ", "one started ")
    assert (again, twice) == ((0, "one does not run\n"), (0, "one runs already\n"))
    assert unknown == (2, "cannot start: stop or start, and a service\n")
    assert (len(alone), len(after), alone < after) == (1, 3, True)
    assert all(is_alive(pid) is False for pid in before | after)
    assert (mode, switch.parent.exists()) == (0o700, False)


def test_a_service_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    door = program(STAYS, ports=[f"127.0.0.1:{free_port()}:8040"])
    runner = started(tmp_path, {"door": door})
    until_ready(runner)

    said = turned(tmp_path, "stop", "roof")
    runner.send_signal(signal.SIGINT)
    runner.communicate(timeout=30)

    assert said == (2, "cannot stop: roof: is not among door\n")


@pytest.mark.parametrize("is_ready", [True, False])
def test_a_second_time_does_not_break_off_the_stop(tmp_path: Path, *, is_ready: bool) -> None:
    runner = slow_to_stop(tmp_path, SLOW, is_ready=is_ready)

    runner.send_signal(signal.SIGINT)
    time.sleep(0.5)
    runner.send_signal(signal.SIGINT)
    out, said = runner.communicate(timeout=30)

    assert "stopping… (once more kills what still runs)" in out.splitlines()
    assert (tmp_path / "ended").exists(), "it had its time"
    assert (runner.returncode, said) == (0, "")
    assert not (tmp_path / "data" / "state.json").exists()


@pytest.mark.parametrize("is_ready", [True, False])
def test_the_third_time_kills_what_still_runs(tmp_path: Path, *, is_ready: bool) -> None:
    runner = slow_to_stop(tmp_path, DEAF, is_ready=is_ready)
    running = until_launched(tmp_path)

    began = time.monotonic()
    for _ in range(3):
        runner.send_signal(signal.SIGINT)
        time.sleep(0.3)
    out, said = runner.communicate(timeout=30)

    assert time.monotonic() - began < 10
    assert "killing what still runs" in out.splitlines()
    assert (runner.returncode, said) == (0, "")
    assert not [pid for pid in running if psutil.pid_exists(pid)]
    assert not (tmp_path / "data" / "state.json").exists()


def test_a_port_that_is_taken_is_one_line_before_anything_starts(tmp_path: Path) -> None:
    door = program(STAYS, ports=["127.0.0.1:${BEACONFIRE_PORT:-8040}:8040"])
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        runner = started(tmp_path, {"door": door}, "--port", str(port))
        out, said = runner.communicate(timeout=30)

    assert (runner.returncode, out) == (2, "")
    assert said == (
        f"cannot start: port {port} on 127.0.0.1 cannot be used (Address already in use): "
        "stop what uses it, or choose another with --port\n"
    )
    assert not (tmp_path / "data" / "logs").exists(), "nothing was started"


@pytest.mark.parametrize("port", ["0", "99999", "-1"])
def test_what_is_no_port_is_one_line(tmp_path: Path, port: str) -> None:
    runner = started(tmp_path, {"door": program(STAYS)}, f"--port={port}")

    _, said = runner.communicate(timeout=30)

    assert (runner.returncode, said) == (
        2, f"cannot start: --port {port}: choose a port from 1 to 65535\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["--file", "/nowhere/nofile.yml"], "/nowhere/nofile.yml cannot be read (No such file"),
        (["--data", "/dev/null/x"], "/dev/null/x cannot be written (Not a directory): choose"),
    ],
)
def test_a_path_that_is_none_is_one_line(tmp_path: Path, named: list[str], said: str) -> None:
    runner = started(tmp_path, {"door": program(STAYS)}, *named)

    _, told = runner.communicate(timeout=30)

    assert runner.returncode == 2
    assert told.startswith(f"cannot start: {said}")
    assert told.count("\n") == 1


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
