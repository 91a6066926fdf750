"""Every operation of the OpenAPI document asks who you are, but for the doors that are open.

The list of open doors is written here, by hand: a new one is a decision, not an accident.
"""

import re
from collections.abc import Iterator

import httpx
import pytest

from beaconfire_testkit.node import PATIENCE_S, NodeProcess

OPEN = {
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/asyncapi.json"),
    ("POST", "/v1/session"),
    ("POST", "/v1/public/reports"),
    ("GET", "/v1/tracking/{code}"),
}
"""`/metrics` is open on this machine alone; signing in and reporting are for whoever comes, and so
is the description of what is told, as that of the HTTP API is."""
NOTHING_TO_LEARN = b'{"' + b"x" * 300_000


@pytest.fixture(scope="module")
def nobody(node: NodeProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=node.origin, timeout=PATIENCE_S, trust_env=False) as http:
        yield http


def _operations(nobody: httpx.Client) -> list[tuple[str, str, bool]]:
    """Method, path and whether the document says that a bearer is needed."""
    document = nobody.get("/openapi.json").json()
    assert document["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer"}
    }
    return [
        (method.upper(), path, told.get("security") == [{"bearer": []}])
        for path, operations in document["paths"].items()
        for method, told in operations.items()
    ]


def test_the_document_names_the_bearer_everywhere_but_at_the_open_doors(
    nobody: httpx.Client,
) -> None:
    named = _operations(nobody)

    assert len(named) > 50
    assert {(method, path) for method, path, closed in named if not closed} <= OPEN
    assert not {(method, path) for method, path, closed in named if closed} & OPEN


def test_without_a_token_every_operation_but_the_open_doors_answers_401(
    nobody: httpx.Client,
) -> None:
    answered: dict[tuple[str, str], int] = {}
    for method, path, _ in _operations(nobody):
        if (method, path) in OPEN:
            continue
        asked = re.sub(r"\{[^}]*\}", "x", path)
        media = {"Content-Type": "application/json"}
        answer = nobody.request(method, asked, content=NOTHING_TO_LEARN, headers=media)
        answered[method, path] = answer.status_code

    assert {one: status for one, status in answered.items() if status != 401} == {}


def test_an_open_door_is_no_door_to_more(nobody: httpx.Client) -> None:
    for method, path in OPEN:
        asked = path.replace("{code}", "x")
        for other in {"GET", "POST", "PUT", "DELETE", "PATCH"} - {method}:
            answer = nobody.request(other, asked, content=b"{}")
            assert answer.status_code in (401, 405), (other, asked)
            if answer.status_code == 405:
                assert method in answer.headers["allow"].split(", ")
