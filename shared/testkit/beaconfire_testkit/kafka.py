"""One real Apache Kafka broker in a process of its own: started, killed, stopped, started again.

Whoever needs a broker uses this, inside tests and outside.
"""

import asyncio
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from beaconfire_testkit.kafka_jars import Kafka, KafkaBroken, bare_environment, last_words
from beaconfire_testkit.ports import is_free, lasting_ports

HOST: Final = "127.0.0.1"
CLUSTER: Final = "YmVhY29uZmlyZS10ZXN0cw"
"""Sixteen bytes in base64, as Kafka wants the name of a cluster."""
START_S_MAX: Final = 240
"""A second on an idle machine; a loaded one is slow, not broken."""
ANSWER_S_MAX: Final = 20
"""One question to a broker that is only half there; it is asked again."""
STOP_S_MAX: Final = 30
ASK_EVERY_S: Final = 0.05
SMALL: Final[Mapping[str, str]] = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "num.network.threads": "2",
    "num.io.threads": "2",
    "background.threads": "2",
    "log.cleaner.dedupe.buffer.size": "4194304",
    # a killed broker may come back only when its session is over: nine seconds otherwise
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
}


@dataclass
class Broker:
    """A broker on a data folder; it can be started again after every end."""

    kafka: Kafka
    folder: Path
    node: int = 1
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    """Beyond what every broker of ours has, or instead of it."""
    java_options: Sequence[str] = ()
    port: int = 0
    """Where clients come; chosen at the first start unless given."""
    controller_port: int = 0
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def bootstrap(self) -> str:
        """Where a client asks first."""
        return f"{HOST}:{self.port}"

    @property
    def client(self) -> dict[str, Any]:
        """What an aiokafka client that may do everything is made with."""
        return {"bootstrap_servers": self.bootstrap}

    @property
    def pid(self) -> int:
        """Of the Java process."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether its process is there; a paused one is."""
        return self._process is not None and self._process.poll() is None

    @property
    def words(self) -> Path:
        """Where it writes what it has to say."""
        return self.folder / "kafka.log"

    async def start(self) -> None:
        """Start it, on the same folder and ports as ever, and wait until it really answers."""
        await self.launch()
        try:
            await self.answering()
        except BaseException:  # a caller who was cancelled must not leave a broker behind
            await self.kill()
            raise

    async def launch(self) -> None:
        """Start its process only. Call it from a thread that lives: the broker ends with it."""
        assert not self.is_running
        self._settle_ports()
        for port in (self.port, self.controller_port):
            if not is_free(port):
                raise KafkaBroken(f"somebody else listens on port {port}")
        await self._format()
        with self.words.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603, ASYNC220  (our own; fork is quick)
                [*_ending_with_us(), *self.kafka.command(
                    "kafka.Kafka", str(self._properties), options=self.java_options
                )],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.folder,
                env=bare_environment(), start_new_session=True,
            )  # fmt: skip

    async def answering(self, brokers: int = 1) -> None:
        """Wait until so many brokers are known and groups have their coordinator."""
        async with asyncio.timeout(START_S_MAX):
            while not await self._port_open():
                self._must_live()
                await asyncio.sleep(ASK_EVERY_S)
            while not await self._serves(brokers):
                self._must_live()
                await asyncio.sleep(ASK_EVERY_S)

    async def stop(self) -> None:
        """Ask it to end, as an operator would, and wait; kill it when it does not."""
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_S_MAX):
                await self._ended()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it as a power cut does."""
        self._signal(signal.SIGKILL)
        await self._ended()

    def pause(self) -> None:
        """Let it stand still, its sockets open."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after a pause."""
        self._signal(signal.SIGCONT)

    def properties(self) -> dict[str, str]:
        """What its configuration file says."""
        listeners = f"PLAINTEXT://{self.bootstrap},CONTROLLER://{HOST}:{self.controller_port}"
        return {
            **SMALL,
            "node.id": str(self.node),
            "listeners": listeners,
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "controller.quorum.voters": f"{self.node}@{HOST}:{self.controller_port}",
            "log.dirs": str(self.folder / "data"),
            **copies(1),
            **self.settings,
        }

    def format_options(self) -> Sequence[str]:
        """What a new data folder is formatted with beyond the cluster's name."""
        return ()

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _settle_ports(self) -> None:
        if not (self.port and self.controller_port):
            self.port, self.controller_port = lasting_ports(2)

    async def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_properties(self._properties, self.properties())
        if not (self.folder / "data" / "meta.properties").exists():
            await self.kafka.run(
                "kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER,
                "--config", str(self._properties), *self.format_options(),
            )  # fmt: skip

    async def _port_open(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def _serves(self, brokers: int) -> bool:
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                return await self._answers(brokers)
        except (KafkaError, OSError, TimeoutError):
            return False

    async def _answers(self, brokers: int) -> bool:
        admin = AIOKafkaAdminClient(**self.client, client_id="beaconfire-start")
        try:
            await admin.start()
            known = await admin.describe_cluster()
            if len(known["brokers"]) < brokers:
                return False
            await admin.list_consumer_group_offsets("warm")
        finally:
            await admin.close()
        return True

    def _must_live(self) -> None:
        if not self.is_running:
            raise KafkaBroken(last_words(self.words))

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    async def _ended(self) -> None:
        while self.is_running:  # noqa: ASYNC110  (a process has no event)
            await asyncio.sleep(ASK_EVERY_S)


def copies(number: int) -> dict[str, str]:
    """How many copies Kafka keeps of its own topics, and how many a write waits for."""
    copies, least = str(number), str(max(1, number - 1))
    return {
        "default.replication.factor": copies,
        "min.insync.replicas": least,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": least,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": least,
    }


def write_properties(file: Path, properties: Mapping[str, str]) -> None:
    """A configuration as Java reads it; there may be passwords in it."""
    file.touch(0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))


def _ending_with_us() -> Sequence[str]:
    """Where the kernel offers it, a broker dies with the process that started it, however that
    ended: a killed test run leaves no Java behind."""
    found = shutil.which("setpriv")
    return () if found is None else (found, "--pdeathsig", "KILL", "--")
