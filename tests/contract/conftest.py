"""A running node with the demo city and nobody playing, shared by the tests of its contract."""

from collections.abc import Generator
from typing import Final

import psutil
import pytest

from beaconfire_testkit.laid_out import LaidOutCity
from beaconfire_testkit.node import NodeFolder, NodeProcess, open_to_all

GROWTH_BYTES_MAX: Final = 100 * 2**20
"""By how much a node may grow while one bad request is answered."""


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[NodeFolder]:
    base = tmp_path_factory.mktemp("contract")
    open_to_all(base)
    found = NodeFolder(base / "data")
    yield found
    found.close()


@pytest.fixture(scope="package")
def node(folder: NodeFolder, laid_out: LaidOutCity) -> Generator[NodeProcess]:
    running = laid_out.start(folder, "--no-people")
    running.until_ready()
    running.listen()
    yield running
    running.stop()


@pytest.fixture
def unharmed(node: NodeProcess) -> Generator[None]:
    """Afterwards the node is ready, has told of no error and is hardly larger."""
    process = psutil.Process(node.process.pid)
    before, heard = process.memory_info().rss, len(node.lines)
    yield
    assert node.get("/readyz").status_code == 200
    assert process.memory_info().rss - before < GROWTH_BYTES_MAX
    assert not [line for line in node.lines[heard:] if "error" in line.lower()]
