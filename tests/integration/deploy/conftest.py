"""Small deployments of small programs, and the whole one; all stopped whatever happened."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml

from beaconfire.bench.centre import CENTRE, SIGN_IN
from beaconfire.bench.client import PlainClient
from beaconfire.bench.end_to_end import NotSeen, delays_ms, our_way
from beaconfire.simulation.api import Api
from beaconfire_agency.main import issue_bearer
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_platform.process.logins import role_of
from beaconfire_testkit.kafka_fixtures import kafka_or_skip
from beaconfire_testkit.memory import server_folder
from beaconfire_testkit.node import PATIENCE_S
from beaconfire_testkit.ports import lasting_ports
from chaos.count import Books
from compose.deployment import Deployment
from compose.programs import ProgramMissing, found

ROOT: Final = Path(__file__).resolve().parents[3]
SERVICES: Final = ("incident", "dispatch", "geo", "situation", "agency")
TOLD_S_MAX: Final = 30
Make = Callable[..., Deployment]


def program(code: str, **more: Any) -> dict[str, Any]:
    """A service that is a few lines of Python."""
    return {"image": "beaconfire", "entrypoint": ["python", "-c", code.replace("$", "$$")], **more}


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until it is true; TimeoutError when it never is."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  (processes have no event)
            await asyncio.sleep(0.02)


@pytest.fixture
async def deployments(tmp_path: Path) -> AsyncGenerator[Make]:
    """Makes deployments of services; what they say is in `said`."""
    made: list[Deployment] = []

    def make(services: Mapping[str, Any], said: list[str] | None = None, **more: Any) -> Deployment:
        file = tmp_path / "compose.yml"
        file.write_text(yaml.safe_dump({"services": dict(services), **more.pop("file", {})}))
        heard = [] if said is None else said
        deployment = Deployment(file, tmp_path / "data", variables={}, say=heard.append, **more)
        made.append(deployment)
        return deployment

    yield make
    for one in made:
        await one.stop()
    shutil.rmtree(tmp_path, ignore_errors=True)


@dataclass
class Whole:
    """Everything that docker-compose.yml names, running, and what it told people."""

    deployment: Deployment
    said: list[str]
    folder: Path
    seconds: float = 0.0
    """How long the first start took."""
    dispatcher: str = ""
    """The bearer token of a dispatcher at a centre."""

    @property
    def port(self) -> int:
        """The gateway's."""
        return self.deployment.port("gateway")

    def dsn(self, service: str) -> str:
        """How its owner reaches a service's database."""
        return self.deployment.instance(service).environment()["BEACONFIRE_DATABASE_URL"]

    @property
    def books(self) -> Books:
        """What the services' databases say."""
        return Books({one: self.dsn(one) for one in SERVICES})

    def client(self) -> httpx.AsyncClient:
        """The dispatcher's, with as many connections as it takes: nobody waits for another."""
        return httpx.AsyncClient(
            base_url=self.deployment.origin, timeout=PATIENCE_S, trust_env=False,
            headers={"Authorization": f"Bearer {self.dispatcher}"},
            limits=httpx.Limits(max_connections=None),
        )  # fmt: skip

    async def token(self, sign_in: str) -> str:
        """A token taken out by hand at agency's own database."""
        database = await Database.connect(
            "agency", self.dsn("agency"), bell=Doorbell(), connections=2, role=role_of("agency")
        )
        try:
            return await issue_bearer(database, sign_in, life=timedelta(hours=1))
        finally:
            await database.close()

    async def open_a_centre(self) -> None:
        """A body that takes reports, and its dispatcher."""
        async with httpx.AsyncClient(
            base_url=self.deployment.origin, trust_env=False, timeout=PATIENCE_S
        ) as http:
            api = Api(http, await self.token("admin"))
            root = (await api.get("/v1/bodies"))["items"][0]["id"]
            body = (await api.post("/v1/bodies", CENTRE | {"territorial_parent": root}))["id"]
            grant = {"role": "dispatcher", "body": body, "reach": CENTRE["division"]}
            person = {"sign_in": SIGN_IN, "name_zh": "测量", "name_en": "Bench"}
            await api.post("/v1/people", person | {"body": body, "grants": [grant]})
        self.dispatcher = await self.token(SIGN_IN)
        await self.until_told_of_the_centre()

    async def until_told_of_the_centre(self) -> None:
        """Until incident, which hears of it by the log, takes a report for it."""
        way, client = our_way(self.port, self.dispatcher), await PlainClient.connect(self.port)
        try:
            async with asyncio.timeout(TOLD_S_MAX):
                while True:
                    with contextlib.suppress(NotSeen):
                        await way.post(client, new_id())
                        return
                    await asyncio.sleep(0.1)
        finally:
            await client.close()

    async def reports(self, number: int) -> list[float]:
        """Post so many reports; after how many milliseconds each was on the feed."""
        return await delays_ms(our_way(self.port, self.dispatcher), number)


@asynccontextmanager
async def running_whole(
    file: Path = ROOT / "docker-compose.yml",
    *,
    scale: Mapping[str, int] | None = None,
    variables: Mapping[str, str] | None = None,
    passwords: Path | None = None,
) -> AsyncGenerator[Whole]:
    """Everything that a file names, with a centre that takes reports; stopped at the end.

    `variables` are the environment that fills the file; `passwords` what that volume has before.
    """
    kafka_or_skip()
    try:
        found(["nginx"], "/usr/sbin")
    except ProgramMissing as missing:
        pytest.skip(str(missing))
    folder = server_folder("beaconfire-compose-")
    folder.chmod(0o711)  # the database's account enters it; what is inside is its own
    (port,) = lasting_ports(1)
    said: list[str] = []
    running = Whole(
        Deployment(
            file, folder / "data",
            variables={"BEACONFIRE_PORT": str(port), **(variables or {})},
            scale=scale,
            say=said.append,
        ),
        said,
        folder,
    )  # fmt: skip
    try:
        if passwords is not None:
            shutil.copytree(passwords, running.deployment.volume("passwords"))
        began = time.monotonic()
        await running.deployment.start()
        running.seconds = time.monotonic() - began
        await running.open_a_centre()
        yield running
    finally:
        await running.deployment.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
async def whole() -> AsyncGenerator[Whole]:
    """docker-compose.yml as it is in the tree, with a second dispatch and a second incident."""
    async with running_whole(scale={"dispatch": 2, "incident": 2}) as running:
        yield running
