"""The outermost layer: sizes before reading, safe headers on every answer."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from prometheus_client import REGISTRY

from beaconfire_platform.telemetry import configure_logging
from beaconfire_platform.web.gate import (
    HEADERS_MAX,
    JSON_BYTES_MAX,
    URL_BYTES_MAX,
    Gate,
    is_loopback_name,
)

app = FastAPI()


@app.post("/length")
@app.post("/large/length")
async def length(request: Request) -> dict[str, int]:
    return {"bytes": len(await request.body())}


@app.get("/things/{thing_id}")
async def thing(thing_id: int) -> dict[str, int]:
    return {"id": thing_id}


def counted(route: str, status: str, method: str = "GET") -> float:
    """How often requests of a route were answered so."""
    labels = {"method": method, "route": route, "status": status}
    return REGISTRY.get_sample_value("beaconfire_requests_total", labels) or 0.0


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    gate = Gate(app, limits={"/large/": 2 * JSON_BYTES_MAX})
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(gate), base_url="http://test"
    ) as made:
        yield made


async def in_parts(count: int) -> AsyncGenerator[bytes]:
    """A body that does not say how long it is."""
    for _ in range(count):
        yield b"x" * 65_536


async def test_a_body_at_the_limit_passes_and_one_byte_more_does_not(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.post("/length", content=b"x" * JSON_BYTES_MAX)).status_code == 200
    too_large = await client.post("/length", content=b"x" * (JSON_BYTES_MAX + 1))

    assert (too_large.status_code, too_large.json()["code"]) == (413, "too_large")
    assert too_large.headers["content-type"] == "application/problem+json"


async def test_a_body_that_hides_its_length_is_counted(client: httpx.AsyncClient) -> None:
    assert (await client.post("/length", content=in_parts(17))).status_code == 413
    assert (await client.post("/large/length", content=in_parts(17))).status_code == 200


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/length?" + "x" * URL_BYTES_MAX, {}, 414),
        ("/length", {f"x-{n}": "1" for n in range(HEADERS_MAX + 1)}, 431),
        ("/length", {"x-long": "y" * 20_000}, 431),
        ("/length", {"content-encoding": "gzip"}, 415),
    ],
)
async def test_what_is_too_much_is_refused_unread(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    assert (await client.post(path, headers=headers)).status_code == status


async def test_every_answer_is_safe_to_show(client: httpx.AsyncClient) -> None:
    for answer in (await client.post("/length"), await client.get("/nowhere")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


async def test_over_tls_browsers_are_told_to_stay_there(client: httpx.AsyncClient) -> None:
    plain = await client.post("/length")
    secure = await client.post("https://test/length")

    assert "strict-transport-security" not in plain.headers
    assert secure.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("localhost", True), ("localhost:8040", True), ("node.localhost:8040", True),
        ("127.0.0.1:8040", True), ("127.8.8.8", True), ("[::1]:8040", True), ("[::1]", True),
        ("", False), ("example.org", False), ("localhost.example.org", False),
        ("127.0.0.1.example.org", False), ("10.0.0.1", False), ("[2001:db8::1]:80", False),
        ("xlocalhost", False),
    ],
)  # fmt: skip
async def test_a_node_for_this_machine_alone_answers_to_its_own_names(
    host: str, *, is_ours: bool
) -> None:
    gate = Gate(app, loopback_only=True)
    transport = httpx.ASGITransport(gate)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post("/length", headers={"host": host})

    assert is_loopback_name(host) is is_ours
    assert (answer.status_code == 200) is is_ours
    assert is_ours or answer.json()["code"] == "bad_host"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("01a22cd5-b1fc-79d0-b631-e17c637a6a62", True),
        ("01A22CD5-B1FC-79D0-B631-E17C637A6A62", True),
        ("abcd-1234", False),
        ("Ada-Lovelace-of-Maple-Street", False),
        ("short", False),
        ("a" * 65, False),
        ("a b c d e", False),
        ("13877700001", False),
        ("+64-21-555-0199", False),
        ("021-555-0199", False),
    ],
)
async def test_a_correlation_id_is_kept_when_it_can_be_one(
    client: httpx.AsyncClient, given: str, kept: bool
) -> None:
    answer = await client.post("/length", headers={"x-correlation-id": given})

    assert (answer.headers["x-correlation-id"] == given.lower()) == kept


async def test_what_is_no_http_passes_untouched() -> None:
    seen: list[Any] = []

    async def inner(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    await Gate(inner)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]  # never called

    assert seen == ["lifespan"]


async def test_requests_are_counted_by_template_method_and_class_of_status(
    client: httpx.AsyncClient,
) -> None:
    seen = counted("/things/{thing_id}", "2xx"), counted("/things/{thing_id}", "4xx")
    strange = counted("none", "4xx"), counted("none", "4xx", "other")

    await client.get("/things/1")
    await client.get("/things/2")
    await client.get("/things/not-a-number")
    await client.get("/what-somebody-typed")
    await client.request("BREW", "/what-somebody-typed")
    await client.get("/things/1", headers={"content-encoding": "gzip"})

    assert counted("/things/{thing_id}", "2xx") == seen[0] + 2
    assert counted("/things/{thing_id}", "4xx") == seen[1] + 1
    assert counted("none", "4xx") == strange[0] + 2, "one unknown, one refused unread"
    assert counted("none", "4xx", "other") == strange[1] + 1
    took = REGISTRY.get_sample_value(
        "beaconfire_request_seconds_count", {"method": "GET", "route": "/things/{thing_id}"}
    )
    assert took is not None
    assert took >= 3


async def test_what_somebody_typed_into_a_path_is_in_no_log(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(level="debug")

    await client.get("/things/a-tracking-code")
    await client.get("/track/a-tracking-code")

    told = capsys.readouterr().err
    assert "route=/things/{thing_id}" in told
    assert "route=none" in told
    assert "a-tracking-code" not in told
