"""The gateway as it is in the tree, with nginx: each path to its service, nothing believed."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml
from tests.integration.deploy.conftest import until

from beaconfire.gateway.paths import routes_of
from beaconfire.node.routers import routers
from beaconfire_testkit.node import PATIENCE_S
from beaconfire_testkit.ports import lasting_ports
from compose.deployment import Deployment
from compose.programs import ProgramMissing, found

ROOT: Final = Path(__file__).resolve().parents[3]
ECHO: Final = Path(__file__).parent / "echo.py"
SERVICES: Final = ("agency", "incident", "geo", "dispatch", "situation")


def behind(name: str) -> dict[str, Any]:
    return {
        "image": "beaconfire",
        "entrypoint": ["python", str(ECHO)],
        "environment": {"NAME": name, "PORT": "8080"},
        "expose": ["8080"],
        "healthcheck": {
            "test": ["CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080"],
            "start_period": "30s",
            "start_interval": "50ms",
        },
    }


@pytest.fixture(scope="module")
async def deployment(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Deployment]:
    """The gateway of docker-compose.yml before five programs that say what they were asked."""
    try:
        found(["nginx"], "/usr/sbin")
    except ProgramMissing as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("gateway")
    said = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    gateway = said["services"]["gateway"]
    gateway["depends_on"].pop("pages")
    (port,) = lasting_ports(1)
    file = folder / "compose.yml"
    file.write_text(
        yaml.safe_dump(
            {
                "services": {"gateway": gateway} | {name: behind(name) for name in SERVICES},
                "volumes": {"site": None},
                "configs": {
                    name: {"file": str(ROOT / one["file"])} for name, one in said["configs"].items()
                },
            }
        )
    )
    site = folder / "data" / "volumes" / "site"
    (site / "assets").mkdir(parents=True)
    (site / "assets" / "app-1a.js").write_text("export {}")
    (site / "console.html").write_text("<title>Console</title>")
    (site / ".console.html.new").write_text("half")
    (site / "missing.html").write_text("<title>No such page</title>")
    (folder / "secret").write_text("key")
    running = Deployment(
        file,
        folder / "data",
        variables={"BEACONFIRE_PORT": str(port)},
        scale={"dispatch": 2},
        say=lambda _: None,
    )
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def http(deployment: Deployment) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=deployment.origin, trust_env=False, timeout=PATIENCE_S
    ) as client:
        yield client


async def test_each_route_comes_to_its_service(http: httpx.AsyncClient) -> None:
    declared = list(routes_of(await routers()))

    assert len(declared) > 60
    for route in declared:
        path = "/" + "/".join("x-1" if one == "{}" else one for one in route.segments)
        for method in ("GET", "POST"):
            answer = await http.request(method, f"{path}?a=%2F..")
            assert answer.json()["service"] == route.service, path
            assert answer.json()["path"] == f"{path}?a=%2F..", "as it came"


async def test_who_asked_is_said_by_the_gateway_alone(http: httpx.AsyncClient) -> None:
    lies = {
        "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https", "Forwarded": "for=192.0.2.1",
        "X-Real-IP": "192.0.2.1", "X-Forwarded-Host": "elsewhere.test",
    }  # fmt: skip

    heard = (await http.get("/v1/units", headers=lies)).json()["headers"]

    assert (heard["x-forwarded-for"], heard["x-forwarded-proto"]) == ("127.0.0.1", "http")
    assert not {"forwarded", "x-real-ip", "x-forwarded-host"} & heard.keys()
    assert heard["host"] == http.base_url.netloc.decode()


async def test_a_websocket_is_passed_on_as_one(http: httpx.AsyncClient) -> None:
    asked = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "x"}

    heard = (await http.get("/v1/feed", headers=asked)).json()

    assert heard["service"] == "situation"
    assert (heard["headers"]["upgrade"], heard["headers"]["connection"]) == ("websocket", "upgrade")


async def test_pages_and_assets_are_files_that_are_kept_as_the_node_says(
    http: httpx.AsyncClient,
) -> None:
    door = await http.get("/")
    page = await http.get("/console")
    asset = await http.get("/assets/app-1a.js", headers={"Range": "bytes=0-5"})

    assert (door.status_code, door.headers["location"]) == (307, "/console")
    assert (page.text, page.headers["cache-control"]) == ("<title>Console</title>", "no-cache")
    assert page.headers["content-type"] == "text/html"
    assert (asset.status_code, asset.text) == (206, "export")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/nothing", "/metrics", "/readyz", "/assets/../../secret", "/.console.html.new",
        "/console.html", "/assets/", "/track", "/.problem", "/.away", "/.missing", "/missing.html",
    ],
)  # fmt: skip
async def test_what_is_not_there_is_a_problem(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank", "title": "not found", "status": 404, "code": "not_found",
        "trace_id": answer.headers["x-correlation-id"],
    }  # fmt: skip


async def test_a_browser_at_an_unknown_address_reads_a_page(http: httpx.AsyncClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

    page = await http.get("/konsole", headers=browser)
    asked = await http.get("/v1/nothing", headers=browser)
    asset = await http.get("/assets/gone.js", headers=browser)

    assert (page.status_code, page.text) == (404, "<title>No such page</title>")
    assert page.headers["content-type"] == "text/html"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert [one.json()["code"] for one in (asked, asset)] == ["not_found", "not_found"]


async def test_a_way_out_of_the_folder_is_no_way(http: httpx.AsyncClient) -> None:
    answer = await http.get("/assets/%2e%2e/%2e%2e/secret")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_http")


async def test_a_body_has_the_limit_of_its_route(http: httpx.AsyncClient) -> None:
    large = b"x" * (2**20 + 1)

    refused = await http.post("/v1/reports", content=large)
    taken = await http.put("/v1/layers/grid", content=large)

    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert taken.json()["bytes"] == len(large)


async def test_a_head_that_comes_too_slowly_is_not_waited_for(deployment: Deployment) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", deployment.port("gateway"))
    began = time.monotonic()
    writer.write(b"GET /v1/units HTTP/1.1\r\nHost: x\r\n")

    async with asyncio.timeout(20):
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b"", "it is dropped without a word"

    assert 4 < time.monotonic() - began < 15
    writer.close()


async def test_what_is_no_http_is_a_problem(deployment: Deployment) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", deployment.port("gateway"))
    writer.write(b"GET /v1/units HTTP/1.1\r\n\r\n")

    head, _, body = (await reader.read()).partition(b"\r\n\r\n")

    assert b" 400 " in head.splitlines()[0]
    assert json.loads(body)["code"] == "bad_http"
    writer.close()


async def test_every_instance_answers_and_a_dead_one_is_passed_by(
    deployment: Deployment, http: httpx.AsyncClient
) -> None:
    async def pids(number: int) -> set[int]:
        answers = [await http.post("/v1/units", json={}) for _ in range(number)]
        assert {one.status_code for one in answers} == {200}
        return {one.json()["pid"] for one in answers}

    both = {one.pid for one in deployment.instances["dispatch"]}
    assert await pids(10) == both

    first = deployment.instance("dispatch")
    await first.kill(comes_back=False)
    assert len(await pids(10)) == 1

    await first.start()
    await until(lambda: first.health == "healthy")
    await asyncio.sleep(1.2)
    assert len(await pids(10)) == 2


async def test_who_is_back_answers_at_once_when_the_other_goes(
    deployment: Deployment, http: httpx.AsyncClient
) -> None:
    """As in a rolling restart: that one was away a moment ago shuts nobody out."""
    first, second = deployment.instances["dispatch"]
    for _ in range(3):
        await first.kill(comes_back=False)
        for _ in range(4):
            assert (await http.post("/v1/units", json={})).status_code == 200
        await first.start()
        await until(lambda one=first: one.health == "healthy")
        await second.kill(comes_back=False)

        answers = await asyncio.gather(*(http.post("/v1/units", json={}) for _ in range(20)))

        assert {one.status_code for one in answers} == {200}
        await second.start()
        await until(lambda one=second: one.health == "healthy")
        first, second = second, first


async def test_a_service_that_is_away_is_told_as_one_that_comes_back(
    deployment: Deployment, http: httpx.AsyncClient
) -> None:
    geo = deployment.instance("geo")
    await geo.kill(comes_back=False)

    answer = await http.get("/v1/cells")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["code"] == "service_away"
    await geo.start()
    await until(lambda: geo.health == "healthy")
    assert (await http.get("/v1/cells")).status_code == 200
