"""The node under test is a process of its own, on a port of its own."""

import socket
from pathlib import Path

import pytest

from beaconfire_testkit.node import NodeFolder, free_port


def test_a_free_port_can_be_listened_on() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))


def test_a_node_that_ends_at_once_is_told_with_what_it_said(tmp_path: Path) -> None:
    folder = NodeFolder(tmp_path / "data")
    try:
        node = folder.start("--demo", "atlantis")
        with pytest.raises(AssertionError, match="atlantis"):
            node.until_ready()
    finally:
        folder.close()
