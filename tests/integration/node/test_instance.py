"""One node a folder, enough space, and a folder that can be written."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from beaconfire.node import instance
from beaconfire.node.instance import Instance
from beaconfire_platform.process.cannot_start import CannotStart


def test_a_second_node_is_told_who_has_the_folder(tmp_path: Path) -> None:
    first = Instance(tmp_path)

    with pytest.raises(CannotStart, match=str(os.getpid())):
        Instance(tmp_path)
    first.release()
    Instance(tmp_path).release()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")

    with pytest.raises(CannotStart, match="--data"):
        Instance(blocker / "data")


def test_too_little_space_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "FREE_BYTES_MIN", 2**62)

    with pytest.raises(CannotStart, match="MB left"):
        Instance(tmp_path)
    assert (tmp_path / "node.lock").read_bytes() == b"", "a full disk takes no byte"
    monkeypatch.undo()
    release: Callable[[], None] = Instance(tmp_path).release
    release()
