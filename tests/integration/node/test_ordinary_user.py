"""A node needs no root: an ordinary user starts it, loses it and starts it again."""

import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final

import psutil
import pytest

from beaconfire_testkit.node import NodeFolder

NOBODY: Final = 65_534
AS_ORDINARY_USER: Final = (
    ()
    if os.geteuid()
    else (
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
        "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
    )
)  # fmt: skip
"""Whoever tests as root steps down; reading is left them: root's own Python lies in its home."""


@pytest.fixture
def folder() -> Generator[NodeFolder]:
    home = Path(tempfile.mkdtemp())
    if not os.geteuid():
        os.chown(home, NOBODY, NOBODY)
    made = NodeFolder(home / "data")
    yield made
    made.close()
    shutil.rmtree(home)


@pytest.mark.slow
def test_an_ordinary_user_starts_it_and_after_a_kill_it_comes_back(folder: NodeFolder) -> None:
    node = folder.start(through=AS_ORDINARY_USER)
    node.until_ready()
    for process in (psutil.Process(node.process.pid), node.postmaster()):
        assert 0 not in process.uids()
    node.stop(signal.SIGKILL)

    again = folder.start(through=AS_ORDINARY_USER)
    again.until_ready()

    assert again.get("/readyz").status_code == 200
    assert again.stop()[0] == 0
    assert folder.folder.stat().st_uid != 0
