"""What a killed runner leaves is ended: beside it at once, and before the next one begins."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.integration.deploy.conftest import until

from compose.deployment import STATE
from compose.leftovers import Watcher, began, end_after, end_leftovers
from compose.programs import CannotStart

STAYS = "import time; time.sleep(600)"


def stays() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", STAYS], start_new_session=True)


def write(state: Path, runner: int, left: int, at: float | None) -> None:
    """What a runner knew of its only service."""
    services = {"one": [{"pid": left, "began": at}]}
    state.write_text(json.dumps({"pid": runner, "services": services}))


@pytest.fixture
def gone() -> int:
    """The number of a runner that ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_what_a_killed_runner_left_is_ended_before_anything_begins(
    tmp_path: Path, gone: int
) -> None:
    left = stays()
    at = psutil.Process(left.pid).create_time()
    state = tmp_path / STATE

    write(state, gone, left.pid, at + 1)
    end_leftovers(state)
    assert left.poll() is None, "a process that got the number since is not ours"

    write(state, gone, left.pid, at)
    end_leftovers(state)
    assert left.wait(5) == -signal.SIGKILL


def test_two_runners_on_one_folder_are_one_too_many(tmp_path: Path) -> None:
    other = stays()
    (tmp_path / STATE).write_text(json.dumps({"pid": other.pid, "services": {}}))
    said = f"in use by the runner with pid {other.pid}: stop it .*, or choose .* with --data"

    with pytest.raises(CannotStart, match=said):
        end_leftovers(tmp_path / STATE)
    other.kill()
    other.wait()


def test_what_the_next_runner_started_meanwhile_is_not_what_was_left(
    tmp_path: Path, gone: int
) -> None:
    new = stays()
    write(tmp_path / STATE, os.getpid(), new.pid, began(new.pid))

    end_after(tmp_path / STATE, gone)

    assert new.poll() is None
    new.kill()
    new.wait()


async def test_a_watcher_that_is_dismissed_is_gone_and_ends_nothing(tmp_path: Path) -> None:
    watcher = Watcher(tmp_path / STATE)

    await watcher.dismiss()

    await until(lambda: not psutil.pid_exists(watcher.pid))
