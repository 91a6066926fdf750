"""A running demo city, shared by the tests here: it is started once a worker."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from beaconfire.cli import app
from beaconfire_testkit.laid_out import LaidOutCity
from beaconfire_testkit.node import PATIENCE_S, NodeFolder, NodeProcess, open_to_all


@dataclass
class CityNode:
    """A node that plays the demo city, and a client of anybody in it."""

    folder: NodeFolder
    node: NodeProcess
    clients: dict[tuple[str, str], httpx.Client] = field(
        default_factory=dict[tuple[str, str], httpx.Client]
    )
    """Of whom and at which origin: a node that started again is somewhere else."""

    def client(self, sign_in: str) -> httpx.Client:
        """Somebody with a bearer token, as `beaconfire users token` gives it; one for all tests."""
        known = self.clients.get((sign_in, self.node.origin))
        if known is not None:
            return known
        token = self.command("users", "token", sign_in).strip()
        made = httpx.Client(
            base_url=self.node.origin,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE_S,
            trust_env=False,
        )
        self.clients[sign_in, self.node.origin] = made
        return made

    def command(self, *arguments: str) -> str:
        """What a command says; it must succeed."""
        done = self.asked(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    def asked(self, *arguments: str) -> Result:
        """A command and what came of it; in a thread, as a test may have a loop of its own."""
        told = [*arguments, "--data", str(self.folder.folder)]
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(CliRunner().invoke, app, told).result()

    def items(self, client: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
        """All items of a list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            asked = params | ({} if cursor is None else {"cursor": cursor})
            page = client.get(path, params=asked).raise_for_status().json()
            found.extend(page["items"])
            cursor = page["next"]
            if cursor is None:
                return found


@pytest.fixture(scope="package")
def city(tmp_path_factory: pytest.TempPathFactory, laid_out: LaidOutCity) -> Generator[CityNode]:
    base = tmp_path_factory.mktemp("city")
    open_to_all(base)
    folder = NodeFolder(base / "data")
    try:
        node = laid_out.start(folder, "--speed", "120")
        node.until_ready()
        running = CityNode(folder, node)
        yield running
        for client in running.clients.values():
            client.close()
        running.node.stop()
    finally:
        folder.close()
