"""One application: problems for answers, no pages of others, a gate around everything."""

from pathlib import Path

import httpx
import pytest

from beaconfire.node.app import with_pages
from beaconfire_platform.process.app import application


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/v1/nothing"])
async def test_what_is_not_there_is_a_problem(path: str) -> None:
    transport = httpx.ASGITransport(application([], []))
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test") as http:
        answer = await http.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_the_description_of_the_api_leaves_the_pages_out(tmp_path: Path) -> None:
    app = with_pages(application([], []), tmp_path)

    assert set(app.openapi()["paths"]) == {"/asyncapi.json"}
    assert app.openapi()["info"]["title"] == "Beaconfire"
