"""A node of the bench answers where it says, is the process it says, and leaves nothing behind."""

import httpx
import psutil
import pytest

from beaconfire.bench.one_node import one_node
from beaconfire_testkit.node import PATIENCE_S


@pytest.mark.slow
async def test_a_node_answers_and_is_gone_afterwards() -> None:
    async with one_node() as node:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
            answer = await client.get(f"http://127.0.0.1:{node.port}/livez")
        assert answer.status_code == 200
        assert psutil.pid_exists(node.pid)
        assert node.folder.is_dir()

    assert not node.folder.exists()
