"""A whole node under measurement, a process of its own in a folder of its own."""

import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from beaconfire.bench.servers import free_port, running


@dataclass(frozen=True, slots=True)
class RunningNode:
    """Where it answers, which process it is, where its data lies."""

    port: int
    pid: int
    folder: Path


@asynccontextmanager
async def one_node() -> AsyncGenerator[RunningNode]:
    """A new node without a centre, until the end of the block."""
    parent = tempfile.mkdtemp(prefix="beaconfire-bench-node-")
    folder = Path(parent, "data")
    os.chmod(parent, 0o755)  # noqa: PTH101, S103  (the database's own account enters it)
    port = free_port()
    try:
        arguments = ("-m", "beaconfire", "up", "--port", str(port), "--data", str(folder))
        async with running(port, *arguments) as process:
            yield RunningNode(port, process.pid, folder)
    finally:
        shutil.rmtree(parent, ignore_errors=True)
