"""The services apart on a broker that lets each do what `beaconfire log rights` prints, no more."""

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from aiokafka.structs import TopicPartition

from beaconfire.bench.centre import CENTRE, SIGN_IN
from beaconfire.commands.log_rights import read_by, written_by
from beaconfire.commands.serve import SERVICES
from beaconfire.simulation.api import Api, Refused
from beaconfire_agency.main import issue_bearer
from beaconfire_platform.access.key_file import usable_key
from beaconfire_platform.access.tokens import Minter
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_platform.log.kafka.client import looking
from beaconfire_platform.log.kafka.positions import KafkaPositionStream
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.self_check import writable
from beaconfire_platform.log.kafka.settings import SASL_SSL, KafkaSettings
from beaconfire_platform.log.kafka.topics import Topic, TopicUnfit, make_topics
from beaconfire_platform.positions import Fix
from beaconfire_platform.process.apart import RIGHTS_AGAIN_S
from beaconfire_platform.process.cannot_start import EXIT_CANNOT_START
from beaconfire_platform.process.logins import role_of
from beaconfire_testkit.grid import WEST, grid
from beaconfire_testkit.kafka_fixtures import running
from beaconfire_testkit.kafka_secure import OPERATOR, SecureBroker, new_password
from beaconfire_testkit.node import PATIENCE_S
from beaconfire_testkit.ports import lasting_ports

pytestmark = pytest.mark.apart

ACLS: Final = "org.apache.kafka.tools.AclCommand"
WAIT_S_MAX: Final = 90
"""Seconds on an idle machine; a loaded one is slow, not broken."""
REPORT: Final[dict[str, Any]] = {
    "channel": "phone", "type": "fire.structure", "text": "smoke",
    "position": {"lon": 174.705, "lat": -36.895, "accuracy_m": 20.0},
}  # fmt: skip
SHARED: Final = Topic("shared.power", 3, int(timedelta(days=7).total_seconds() * 1_000))
DAY_MS: Final = 86_400_000
INTERNAL: Final = ("agency", "dispatch", "geo", "incident", "position")


@dataclass
class Program:
    """A service as its own process, and where it says what."""

    service: str
    process: asyncio.subprocess.Process
    origin: str
    errors: Path
    said: list[str] = field(default_factory=list[str])

    async def until(self, start: str) -> None:
        """Read until a line begins so."""
        assert self.process.stdout is not None
        async with asyncio.timeout(WAIT_S_MAX):
            async for line in self.process.stdout:
                self.said.append(line.decode().rstrip())
                if self.said[-1].startswith(start):
                    return
        raise AssertionError(self.said, self.errors.read_text())

    async def ends(self) -> int:
        """Its exit code, once it has ended by itself."""
        async with asyncio.timeout(WAIT_S_MAX):
            return await self.process.wait()

    async def stop(self) -> None:
        """Ask it to end, and end it."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            await self.ends()
        finally:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()

    async def ready(self) -> dict[str, Any]:
        """What it says of itself."""
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
            return (await http.get(f"{self.origin}/readyz")).json()


@dataclass
class Deployment:
    """Databases, keys and a broker, on which services are started one by one."""

    broker: SecureBroker
    cluster: Cluster
    folder: Path
    ports: Mapping[str, int]
    running: dict[str, Program] = field(default_factory=dict[str, Program])

    def kafka_of(self, user: str) -> dict[str, str]:
        """The environment in which a user comes to the broker."""
        password = self.folder / f"{user}.password"
        password.touch(0o600)
        password.write_text(self.broker.passwords[user])
        return {
            "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": self.broker.bootstrap,
            "BEACONFIRE_KAFKA_SECURITY": SASL_SSL,
            "BEACONFIRE_KAFKA_USERNAME": user,
            "BEACONFIRE_KAFKA_PASSWORD_FILE": str(password),
            "BEACONFIRE_KAFKA_CA_FILE": str(self.broker.ca_file),
        }

    def settings_of(self, user: str) -> KafkaSettings:
        """The same, read."""
        return KafkaSettings.from_environment(self.kafka_of(user))

    def origin(self, service: str) -> str:
        """Where a service listens."""
        return f"http://127.0.0.1:{self.ports[service]}"

    async def ask(self, *words: str, **said: str) -> Sequence[str]:
        """What a command of ours prints."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "beaconfire", *words,
            env=os.environ | said, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await process.communicate()
        assert process.returncode == 0, words
        return out.decode().splitlines()

    async def grant(self) -> None:
        """As an operator: run what the command prints, and make the topics."""
        lines = await self.ask(
            "log", "rights", "--command-config", str(self.broker.folder / "operator.properties"),
            BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS=self.broker.bootstrap,
        )  # fmt: skip
        for line in lines:
            tool, *words = shlex.split(line)
            assert tool == "kafka-acls"
            await self.broker.kafka.run(ACLS, *words)
        made = await self.ask("log", "topics", **self.kafka_of(OPERATOR))
        assert sorted(made) == [f"made beaconfire.{one}.v1" for one in INTERNAL]

    async def start(self, service: str) -> Program:
        """Start a service as its own user."""
        errors = self.folder / f"{service}.log"
        with errors.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "beaconfire", "serve", service,
                stdout=asyncio.subprocess.PIPE, stderr=log,
                env=os.environ | self.kafka_of(service) | {
                    "BEACONFIRE_DATABASE_URL": self.cluster.dsn(database=service),
                    "BEACONFIRE_ORIGIN": self.origin("agency"),
                    "BEACONFIRE_KEY_FOLDER": str(self.folder / "keys" / service),
                    "BEACONFIRE_PUBLIC_KEYS": str(self.folder / "keys" / "public"),
                    "BEACONFIRE_PORT": str(self.ports[service]),
                    "BEACONFIRE_LOG_LEVEL": "warning",
                },
            )  # fmt: skip
        self.running[service] = Program(service, process, self.origin(service), errors)
        return self.running[service]

    async def token(self, sign_in: str) -> str:
        """A token taken out by hand at agency's own database."""
        database = await Database.connect(
            "agency", self.cluster.dsn(database="agency"), bell=Doorbell(), connections=1,
            role=role_of("agency"),
        )  # fmt: skip
        try:
            return await issue_bearer(database, sign_in, life=timedelta(hours=1))
        finally:
            await database.close()

    @contextlib.asynccontextmanager
    async def api(self, service: str, sign_in: str) -> AsyncGenerator[Api]:
        """Somebody's client of one service."""
        async with httpx.AsyncClient(
            base_url=self.origin(service), trust_env=False, timeout=PATIENCE_S
        ) as http:
            yield Api(http, await self.token(sign_in))


def a_folder() -> Path:
    """One that the database's own account enters."""
    folder = Path(tempfile.mkdtemp(prefix="beaconfire-rights-"))
    folder.chmod(0o755)
    return folder


def make_keys(folder: Path) -> None:
    """Each service's own, and the public halves."""
    public = folder / "public"
    public.mkdir(parents=True)
    for service in SERVICES:
        (public / f"{service}.json").write_text(Minter(usable_key(folder / service)).public_key)


@contextlib.asynccontextmanager
async def deployed() -> AsyncGenerator[Deployment]:
    """A broker that knows the services as users but grants nothing yet, and a database each."""
    folder = a_folder()
    make_keys(folder / "keys")
    cluster = Cluster.at(folder / "postgres")
    await cluster.make()
    postmaster = await cluster.start()
    try:
        for service in SERVICES:
            await cluster.create_database(service)
        passwords = {one: new_password() for one in SERVICES}
        async with running(
            lambda kafka, at: SecureBroker(kafka, at, passwords=passwords)
        ) as broker:
            made = Deployment(
                broker, cluster, folder, dict(zip(SERVICES, lasting_ports(5), strict=True))
            )
            try:
                yield made
            finally:
                await asyncio.gather(*(one.stop() for one in made.running.values()))
    finally:
        await cluster.stop(postmaster)
        shutil.rmtree(cluster.socket_folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
async def five() -> AsyncGenerator[Deployment]:
    """All five services, each `ready` with exactly the rights that are printed."""
    async with deployed() as made:
        await made.grant()
        for service in SERVICES:
            await (await made.start(service)).until("ready ")
        yield made


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it is so; TimeoutError when it never is."""
    async with asyncio.timeout(WAIT_S_MAX):
        while True:
            if await true():
                return
            await asyncio.sleep(0.1)


async def has_published(one: Program, relay: str = "relay") -> bool:
    """Whether its relay has published something, which the broker acknowledged."""
    return bool((await one.ready())[relay]["published"])


async def test_what_one_tells_the_others_hear(five: Deployment) -> None:
    async with five.api("agency", "admin") as admin:
        root = (await admin.get("/v1/bodies"))["items"][0]["id"]
        body = (await admin.post("/v1/bodies", CENTRE | {"territorial_parent": root}))["id"]
        grant = {"role": "dispatcher", "body": body, "reach": CENTRE["division"]}
        person = {"sign_in": SIGN_IN, "name_zh": "测量", "name_en": "Bench", "body": body}
        await admin.post("/v1/people", person | {"grants": [grant]})
    async with five.api("geo", "admin") as admin:
        await admin.put("/v1/layers/grid", grid(WEST))
    async with five.api("dispatch", "admin") as admin:
        station = {"code": "s1", "name_zh": "站", "name_en": "Station", "body": body}
        where = {"point": {"lon": 174.705, "lat": -36.895}, "division": CENTRE["division"]}
        await admin.post("/v1/stations", station | where)

    async with five.api("incident", SIGN_IN) as dispatcher, asyncio.timeout(WAIT_S_MAX):
        while True:  # until incident has heard of the body from agency
            with contextlib.suppress(Refused):
                told = await dispatcher.post("/v1/reports", REPORT)
                break
            await asyncio.sleep(0.1)
    async with five.api("situation", SIGN_IN) as dispatcher:

        async def is_drawn() -> bool:
            return told["incident_id"] in str(await dispatcher.get("/v1/picture"))

        await until(is_drawn)
    for service in ("agency", "dispatch", "geo", "incident"):
        await until(partial(has_published, five.running[service]))


async def test_agency_makes_the_topic_of_a_body_outside_and_tells_it(five: Deployment) -> None:
    async with five.api("agency", "admin") as admin:
        root = (await admin.get("/v1/bodies"))["items"][0]["id"]
        light = {"code": "light", "kind": "utility", "territorial_parent": root}
        body = await admin.post("/v1/bodies", CENTRE | light | {"division": "akl.light"})
        await admin.post("/v1/subscriptions", {"body": body["id"]})

    await until(partial(has_published, five.running["agency"], "relay_shared"))

    async with looking(five.settings_of(OPERATOR)) as client:
        assert "beaconfire.shared.light.v1" in await client.topics()


async def test_nobody_is_refused_what_it_asks_for_by_itself(five: Deployment) -> None:
    for one in five.running.values():
        words = one.errors.read_text()
        assert "Authorization" not in words, (one.service, words)
        assert "LogAway" not in words, (one.service, words)
        ready = await one.ready()
        assert ready["consumers"]["failing"] == {}, one.service
        assert all(ready[name]["failing"] is None for name in ready if name.startswith("relay"))


@pytest.mark.parametrize("service", SERVICES)
async def test_each_writes_reads_and_sees_its_own_topics_alone(
    five: Deployment, service: str
) -> None:
    settings, operator = five.settings_of(service), five.settings_of(OPERATOR)
    await make_topics(operator, [SHARED])
    topics = {one: operator.topic(one) for one in (*INTERNAL, SHARED.source)}
    read, written = {*read_by(service)}, {*written_by(service)}
    if service == "agency":
        written.add(SHARED.source)

    assert await writable(settings, list(topics.values())) == sorted(topics[one] for one in written)
    async with looking(settings) as client:
        seen = await client.topics() & {*topics.values()}
    assert seen == {topics[one] for one in read | written}
    refused = {one for one in topics if not await is_readable(settings, topics[one])}
    assert refused == topics.keys() - read


async def is_readable(settings: KafkaSettings, topic: str) -> bool:
    """Whether the broker hands out records of a topic."""
    partition = TopicPartition(topic, 0)
    async with looking(settings) as client:
        if topic not in await client.topics():
            return False
        client.assign([partition])
        client.seek(partition, 0)
        try:
            await client.getmany(partition, timeout_ms=1_000)
        except TopicAuthorizationFailedError:
            return False
        return True


@pytest.mark.parametrize("service", SERVICES)
async def test_nobody_is_in_a_group_and_only_agency_makes_topics(
    five: Deployment, service: str
) -> None:
    settings = five.settings_of(service)
    with pytest.raises(GroupAuthorizationFailedError):
        await read_in_group(settings, service)
    with pytest.raises(TopicUnfit, match="AuthorizationFailed"):
        await make_topics(settings, [Topic("anything", 1, DAY_MS)])


async def read_in_group(settings: KafkaSettings, group: str) -> None:
    """Read as a member of a group, as none of our clients does."""
    consumer = AIOKafkaConsumer(settings.topic("agency"), **settings.client("x"), group_id=group)
    try:
        async with asyncio.timeout(WAIT_S_MAX):
            await consumer.start()
            await consumer.getmany(timeout_ms=WAIT_S_MAX * 1_000)
    finally:
        await consumer.stop()


async def test_agency_makes_and_fills_what_is_shared_and_sees_when_it_keeps_too_little(
    five: Deployment,
) -> None:
    settings, operator = five.settings_of("agency"), five.settings_of(OPERATOR)
    water = Topic("shared.water", SHARED.partitions, SHARED.retention_ms)
    assert await make_topics(settings, [water]) == ["beaconfire.shared.water.v1"]
    async with AIOKafkaProducer(
        **settings.client("x"), enable_idempotence=True, acks="all"
    ) as producer:
        await producer.send_and_wait(settings.topic(water.source), b"{}", b"key")

    admin = AIOKafkaAdminClient(**operator.client("x"))
    await admin.start()
    try:
        await admin.alter_configs(
            [ConfigResource(
                ConfigResourceType.TOPIC, settings.topic(water.source), {"retention.ms": "1000"}
            )]
        )  # fmt: skip
    finally:
        await admin.close()

    async def is_found_unfit() -> bool:
        try:
            await make_topics(settings, [water])
        except TopicUnfit as error:
            return "retention.ms=1000 instead of 604800000" in str(error)
        return False

    await until(is_found_unfit)


async def test_positions_go_from_geo_to_who_reads_them(five: Deployment) -> None:
    fix = Fix("u1", 174.705, -36.895, datetime.now(UTC))
    geo, situation = (
        KafkaPositionStream(one, Presence(one))
        for one in map(five.settings_of, ("geo", "situation"))
    )
    reader = situation.reader()
    loops = [asyncio.create_task(geo.send_forever()), asyncio.create_task(situation.hear_forever())]
    heard: list[Fix] = []
    try:
        async with asyncio.timeout(WAIT_S_MAX):
            while not heard:
                geo.publish([fix])
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.2):
                        heard = list(await reader.take())
    finally:
        for one in loops:
            one.cancel()
        await asyncio.gather(*loops, return_exceptions=True)

    assert heard == [fix]


async def test_a_relay_that_knows_no_end_reads_its_own_topic_back(five: Deployment) -> None:
    await five.running.pop("geo").stop()
    owner = await asyncpg.connect(five.cluster.dsn(database="geo"))
    forgotten = await owner.fetch("delete from geo.relayed_to returning partition")
    await owner.close()
    assert forgotten, "it had published"

    geo = await five.start("geo")

    async def is_active() -> bool:
        return bool((await geo.ready())["relay"]["active"])

    await geo.until("ready ")
    await until(is_active)
    assert (await geo.ready())["relay"]["failing"] is None


async def test_one_right_too_many_keeps_a_service_from_starting(five: Deployment) -> None:
    await five.running.pop("geo").stop()
    await five.broker.allow("geo", "WRITE", topic="beaconfire.dispatch.v1")

    wide = await five.start("geo")

    assert await wide.ends() == EXIT_CANNOT_START
    [line] = wide.errors.read_text().splitlines()
    assert line == (
        "beaconfire geo cannot start: Kafka lets the user geo write on beaconfire.dispatch.v1, "
        "which is for others alone: take that right away, and let nobody in without rights "
        "(allow.everyone.if.no.acl.found=false)"
    )

    await five.broker.forbid("geo", "WRITE", topic="beaconfire.dispatch.v1")
    await (await five.start("geo")).until("ready ")


async def test_a_broker_that_was_away_at_the_start_is_asked_once_it_is_there(
    five: Deployment,
) -> None:
    for service in ("geo", "dispatch"):
        await five.running.pop(service).stop()
    await five.broker.allow("geo", "WRITE", topic="beaconfire.dispatch.v1")
    await five.broker.stop()
    wide, narrow = await five.start("geo"), await five.start("dispatch")
    for one in (wide, narrow):
        await one.until("ready ")
        assert one.said[0].startswith("rights on Kafka not looked at yet: ")
    assert (await wide.ready())["status"] == "ready", "it serves while no broker is there"

    await five.broker.start()

    await wide.until("draining")
    assert await wide.ends() == EXIT_CANNOT_START
    [line] = [one for one in wide.errors.read_text().splitlines() if "cannot start" in one]
    assert line.startswith("beaconfire geo cannot start: Kafka lets the user geo write on ")
    await asyncio.sleep(RIGHTS_AGAIN_S * 2)
    ready = await narrow.ready()
    assert (ready["status"], ready["relay"]["failing"]) == ("ready", None)
    await five.broker.forbid("geo", "WRITE", topic="beaconfire.dispatch.v1")
