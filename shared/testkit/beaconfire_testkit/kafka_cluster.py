"""Three real brokers that keep three copies of every record, for tests in which some are lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beaconfire_testkit.kafka import HOST, Broker, copies
from beaconfire_testkit.kafka_jars import Kafka
from beaconfire_testkit.ports import lasting_ports


@dataclass(frozen=True, slots=True)
class Brokers:
    """A cluster whose every node is broker and controller; a write waits for all copies but one."""

    nodes: Sequence[Broker]

    @classmethod
    def below(cls, kafka: Kafka, folder: Path, number: int = 3) -> "Brokers":
        """Nodes with folders of their own below one; not started yet."""
        ports, controllers = lasting_ports(number), lasting_ports(number)
        voters = ",".join(f"{node}@{HOST}:{port}" for node, port in enumerate(controllers, 1))
        settings = {"controller.quorum.voters": voters, **copies(number)}
        return cls(
            [
                Broker(kafka, folder / str(node), node, settings, port=port, controller_port=other)
                for node, (port, other) in enumerate(zip(ports, controllers, strict=True), 1)
            ]
        )

    @property
    def bootstrap(self) -> str:
        """Where a client asks first: any of them."""
        return ",".join(node.bootstrap for node in self.nodes)

    @property
    def client(self) -> dict[str, Any]:
        """What an aiokafka client is made with."""
        return {"bootstrap_servers": self.bootstrap}

    async def start(self) -> None:
        """Start those that do not run, together, and wait until each knows all and answers."""
        began = [node for node in self.nodes if not node.is_running]
        try:
            for node in began:
                await node.launch()
            await asyncio.gather(*(node.answering(len(self.nodes)) for node in self.nodes))
        except BaseException:  # a caller who was cancelled must not leave brokers behind
            await self.kill()
            raise

    async def kill(self) -> None:
        """End all of them as a power cut does."""
        for node in self.nodes:
            await node.kill()
