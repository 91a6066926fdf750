"""The bench's centre on a node: its dispatcher may report."""

from pathlib import Path

import httpx
import pytest

from beaconfire.bench.centre import NoToken, token_of
from beaconfire.bench.sections import bench_node
from beaconfire_testkit.node import PATIENCE_S


@pytest.mark.slow
async def test_its_token_takes_reports_in() -> None:
    async with (
        bench_node() as (port, token),
        httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client,
    ):
        answer = await client.post(
            f"http://127.0.0.1:{port}/v1/reports",
            json={"channel": "phone", "type": "fire.structure", "text": "smoke"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        )

    assert answer.status_code == 201, answer.text


async def test_without_a_node_there_is_no_token(tmp_path: Path) -> None:
    with pytest.raises(NoToken, match="no running node"):
        await token_of("admin", tmp_path)
