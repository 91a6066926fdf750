"""A running node with the demo city and nobody playing, shared by the tests of its contract."""

from collections.abc import Generator
from pathlib import Path

import pytest

from beaconfire_testkit.node import NodeFolder, NodeProcess


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[NodeFolder]:
    base = tmp_path_factory.mktemp("contract")
    for part in (base, *base.parents):
        if part.owner() == base.owner() and part != Path("/"):
            part.chmod(part.stat().st_mode | 0o111)
    found = NodeFolder(base / "data")
    yield found
    found.close()


@pytest.fixture(scope="package")
def node(folder: NodeFolder) -> Generator[NodeProcess]:
    running = folder.start("--demo", "auckland", "--no-people")
    running.until_ready()
    running.listen()
    yield running
    running.stop()
