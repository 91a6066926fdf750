"""What a running node tells is what its AsyncAPI document says, and that is a right document.

The document is held against the JSON Schema of AsyncAPI 3.0.0 itself, unchanged
(standards/asyncapi-3.0.0.json, see NOTICE); the facts that laid out the city and the frames of the
feed against the document, with no member that it does not name.
"""

import copy
import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Final

import httpx
import jsonschema_rs
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from beaconfire_contracts.feed import PATH, POSITION_ENTRY_BYTES, SUBPROTOCOL
from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_testkit.described import Described
from beaconfire_testkit.node import PATIENCE_S, NodeFolder, NodeProcess

from .bad_bodies import report

STANDARD: Final = Path(__file__).parent / "standards" / "asyncapi-3.0.0.json"
KINDS_MIN: Final = 9
"""So many kinds of facts lay a city out; what a day tells is in scenarios/test_day.py."""
FRAMES: Final = frozenset({"snapshot", "units", "beat", "change"})


@pytest.fixture(scope="module")
def standard() -> jsonschema_rs.Draft7Validator:
    schema = json.loads(STANDARD.read_text(encoding="utf-8"))
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


@pytest.fixture(scope="module")
def document(node: NodeProcess) -> dict[str, Any]:
    return (
        httpx.get(f"{node.origin}/asyncapi.json", trust_env=False, timeout=PATIENCE_S)
        .raise_for_status()
        .json()
    )


@pytest.fixture(scope="module")
def leader(folder: NodeFolder, node: NodeProcess) -> Generator[httpx.Client]:
    headers = {"Authorization": f"Bearer {folder.token('lena')}"}
    with httpx.Client(
        base_url=node.origin, headers=headers, timeout=PATIENCE_S, trust_env=False
    ) as http:
        yield http


def test_the_document_is_a_right_one(
    standard: jsonschema_rs.Draft7Validator, document: dict[str, Any]
) -> None:
    wrong = [(one.instance_path, one.message) for one in standard.iter_errors(document)]

    assert wrong == []


FAULTS: Final[dict[str, Callable[[dict[str, Any]], object]]] = {
    "an unknown member of a channel": lambda one: one["channels"]["feed"].update(adress="/x"),
    "an address that is no text": lambda one: one["channels"]["geo"].update(address=5),
    "a message without a name": lambda one: one["channels"]["geo"]["messages"].update(x="y"),
    "an operation without an action": lambda one: one["operations"]["tell.geo"].pop("action"),
    "an action that there is not": lambda one: one["operations"]["tell.geo"].update(action="post"),
    "a topic without partitions": lambda one: one["channels"]["geo"]["bindings"]["kafka"].update(
        partitions=0
    ),
    "a binding nobody knows": lambda one: one["channels"]["feed"]["bindings"]["ws"].update(x=1),
    "a schema of no type": lambda one: one["components"]["schemas"]["Place"].update(type="thing"),
    "a server without a host": lambda one: one["servers"]["kafka"].pop("host"),
    "no version": lambda one: one["info"].pop("version"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_in_the_document_is_caught(
    standard: jsonschema_rs.Draft7Validator, document: dict[str, Any], fault: str
) -> None:
    broken = copy.deepcopy(document)
    FAULTS[fault](broken)

    assert not standard.is_valid(broken)


def test_no_route_speaks_cloudevents_and_the_document_offers_no_server_of_that_kind(
    node: NodeProcess, document: dict[str, Any]
) -> None:
    routes = httpx.get(f"{node.origin}/openapi.json", trust_env=False, timeout=PATIENCE_S).text

    assert "/v1/deliveries" in routes
    assert "cloudevents" not in routes.lower()
    assert '"ce-' not in routes.lower()
    assert {one["protocol"] for one in document["servers"].values()} == {"kafka-secure", "wss"}


async def test_every_fact_in_the_log_is_as_the_document_says(
    folder: NodeFolder, document: dict[str, Any]
) -> None:
    told, flaws = await Described(document).log_flaws(Cluster.at(folder.folder).dsn())

    assert flaws == []
    assert len(told) >= KINDS_MIN, told


def test_every_frame_of_the_feed_is_as_the_document_says(
    node: NodeProcess, leader: httpx.Client, document: dict[str, Any]
) -> None:
    described = Described(document)
    frames = _frames(node, leader)

    wrong = [(one["t"], flaw) for one in frames for flaw in described.frame_flaws(one)]

    assert wrong == []
    assert FRAMES.issubset(one["t"] for one in frames)


def _frames(node: NodeProcess, leader: httpx.Client) -> list[dict[str, Any]]:
    """What the feed says from subscribing to the change that a new report makes, and an error."""
    pass_once = leader.post("/v1/feed/ticket", json={}).json()["ticket"]
    frames: list[dict[str, Any]] = []
    with connect(
        f"ws://127.0.0.1:{node.port}{PATH}",
        subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(pass_once)],
        proxy=None, compression=None, max_size=None,
    ) as feed:  # fmt: skip
        feed.send(json.dumps({"t": "subscribe"}))
        reported = False
        while not FRAMES.issubset(one["t"] for one in frames):
            said = feed.recv(timeout=30)
            if isinstance(said, bytes):
                assert len(said) % POSITION_ENTRY_BYTES == 0
                continue
            frames.append(json.loads(said))
            if not reported and frames[-1]["t"] == "beat":
                reported = True
                leader.post("/v1/reports", json=report()).raise_for_status()
        feed.send("nonsense")
        while frames[-1]["t"] != "error":
            said = feed.recv(timeout=30)
            if isinstance(said, str):
                frames.append(json.loads(said))
    return frames
