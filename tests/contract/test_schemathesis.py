"""The OpenAPI document and the node say the same: schemathesis with all its checks.

Twice, as somebody who may do much and as nobody at all: examples, boundaries, random data and
chains of calls over every operation. Without a token nothing but the open doors may answer.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from beaconfire_testkit.node import NodeFolder, NodeProcess

pytestmark = pytest.mark.apart
"""Minutes long, with a node to itself: part of `make test-apart`."""

HERE = Path(__file__).parent
EXAMPLES = {"admin": 2, None: 1}
"""Random examples an operation; its boundaries come beside them, and are most of the time."""
RUN_S_MAX = 300


def _schemathesis(node: NodeProcess, token: str | None, examples: int, where: Path) -> str:
    headers = [] if token is None else ["--header", f"Authorization: Bearer {token}"]
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli",
            "--config-file", str(HERE / "schemathesis.toml"),
            "run", f"{node.origin}/openapi.json", *headers,
            "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful",
            "--max-examples", str(examples), "--generation-deterministic",
            "--workers", "1", "--continue-on-failure", "--warnings", "off", "--no-color",
        ],
        capture_output=True, text=True, check=False, timeout=RUN_S_MAX, cwd=where,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-4_000:]
    return done.stdout


@pytest.mark.parametrize("who", EXAMPLES)
def test_the_document_and_the_node_say_the_same(
    folder: NodeFolder, node: NodeProcess, who: str | None, tmp_path: Path
) -> None:
    token = None if who is None else folder.token(who)
    node.get("/openapi.json")  # made when it is first asked for: the tool waits ten seconds
    heard = len(node.lines)

    said = _schemathesis(node, token, EXAMPLES[who], tmp_path)

    tested = re.search(r"Tested: (\d+)", said)
    assert tested is not None
    assert int(tested[1]) == _operations(node)
    assert node.get("/readyz").status_code == 200
    assert not [line for line in node.lines[heard:] if "error" in line.lower()]


def test_every_operation_tells_how_it_refuses(node: NodeProcess) -> None:
    document = node.get("/openapi.json").json()

    for path, operations in document["paths"].items():
        for method, told in operations.items():
            if path.startswith("/v1/"):
                assert {"400", "422", "503"} <= told["responses"].keys(), (method, path)
            if "security" in told:
                assert {"401", "403"} <= told["responses"].keys(), (method, path)


def _operations(node: NodeProcess) -> int:
    return sum(len(one) for one in node.get("/openapi.json").json()["paths"].values())
