"""A day of a real city in each shape of a deployment: one node, and the services apart."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_platform.process.trust import trust_for
from beaconfire_testkit.kafka_fixtures import kafka_or_skip
from beaconfire_testkit.laid_out import LaidOutCity
from beaconfire_testkit.node import PATIENCE_S, NodeFolder, free_port

FULL: Final = os.environ.get("BEACONFIRE_PROOF") == "full"
HOURS: Final = 24 if FULL else 2
SPEED: Final = 480
PLAYED_S_MAX: Final = 3_600 if FULL else 420
STOP_S_MAX: Final = 60
SERVICES: Final = ("agency", "dispatch", "geo", "incident", "situation")
ROOT: Final = Path(__file__).resolve().parents[3]


@dataclass
class Day:
    """A city whose day is over, still running, and what its callers counted."""

    origin: str
    dsns: dict[str, str]
    """How each service's database is reached by its owner; on a node all are the same."""
    said: str
    """What the simulation said while it played."""
    database_log: Path
    logs: list[str] = field(default_factory=list)
    """What the services said."""

    @property
    def told(self) -> int:
        """How many calls were told."""
        return int(self._counted[1])

    @property
    def refused(self) -> int:
        """How many were refused."""
        return int(self._counted[2])

    @property
    def _counted(self) -> "re.Match[str]":
        counted = re.search(r"told (\d+) refused (\d+)", self.said)
        assert counted, self.said
        return counted

    def get(self, path: str) -> httpx.Response:
        """One request of a stranger's."""
        return httpx.get(
            f"{self.origin}{path}",
            timeout=PATIENCE_S,
            trust_env=False,
            verify=trust_for(self.origin),
        )

    def leader(self) -> httpx.Client:
        """The shift leader, who sees everything in the city."""
        token = _beaconfire("users", "token", "lena", "--database-url", self.dsns["agency"])
        headers = {"Authorization": f"Bearer {token.strip()}"}
        return httpx.Client(
            base_url=self.origin, headers=headers, timeout=PATIENCE_S, trust_env=False
        )


def _beaconfire(*words: str, seconds: float = 60) -> str:
    run = subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, "-m", "beaconfire", *words],
        capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def on_a_node(parent: Path, laid_out: LaidOutCity) -> Generator[Day]:
    """The day on one node."""
    folder = NodeFolder(parent / "data")
    try:
        node = laid_out.start(folder, "--no-people", "--speed", str(SPEED))
        node.until_ready()
        node.listen()
        said = _beaconfire(
            "simulate", "--hours", str(HOURS),
            "--credentials", str(folder.folder / "demo" / "credentials.json"),
            seconds=PLAYED_S_MAX,
        )  # fmt: skip
        dsn = Cluster.at(folder.folder).dsn()
        database_log = folder.folder / "postgres.log"
        yield Day(node.origin, dict.fromkeys(SERVICES, dsn), said, database_log, node.lines)
    finally:
        folder.close()


def apart(parent: Path) -> Generator[Day]:
    """The day in a deployment whose services run apart."""
    kafka_or_skip()
    folder = parent / "apart"
    runner = subprocess.Popen(  # noqa: S603  (our own command)
        [
            sys.executable, str(ROOT / "deploy" / "run_compose.py"), "--data", str(folder),
            "--port", str(free_port()),
        ],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | {"BEACONFIRE_DEMO": "1", "BEACONFIRE_LOG_LEVEL": "warning"},
    )  # fmt: skip
    try:
        assert runner.stdout is not None
        heard: list[str] = []
        for line in runner.stdout:
            heard.append(line)
            if line.startswith("ready "):
                break
        else:
            raise AssertionError("".join(heard))
        state = json.loads((folder / "state.json").read_text("utf-8"))
        dsns = {one: _dsn_of(state["services"][one][0]["pid"]) for one in SERVICES}
        said = _beaconfire(
            "demo", "play", "--origin", state["origin"], "--database-url", dsns["agency"],
            "--data", str(folder / "people"), "--speed", str(SPEED), "--hours", str(HOURS),
            seconds=PLAYED_S_MAX,
        )  # fmt: skip
        logs = [_last(state, one).read_text("utf-8", errors="replace") for one in SERVICES]
        lines = [line for log in logs for line in log.splitlines()]
        yield Day(state["origin"], dsns, said, _last(state, "postgres"), lines)
    finally:
        runner.send_signal(signal.SIGINT)
        runner.wait(STOP_S_MAX)
        if runner.stdout is not None:
            runner.stdout.close()


def _dsn_of(pid: int) -> str:
    return psutil.Process(pid).environ()["BEACONFIRE_DATABASE_URL"]


def _last(state: dict[str, Any], service: str) -> Path:
    return Path(state["services"][service][0]["log"])
