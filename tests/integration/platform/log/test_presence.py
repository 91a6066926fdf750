"""Whether a broker is there is seen at its door, and asked once a second for everybody."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from beaconfire_platform.log.kafka.presence import LOOK_EVERY_S, Presence
from beaconfire_platform.log.kafka.settings import KafkaSettings


class Door:
    """A port that counts who knocks."""

    def __init__(self) -> None:
        self.knocks = 0
        self._server: asyncio.Server

    async def open(self, port: int = 0) -> int:
        self._server = await asyncio.start_server(self._count, "127.0.0.1", port)
        return self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _count(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.knocks += 1
        writer.close()


@pytest.fixture
async def door() -> AsyncGenerator[Door]:
    made = Door()
    yield made
    await made.close()


async def test_who_opens_is_here_and_who_does_not_is_not(door: Door) -> None:
    port = await door.open()

    assert await Presence(KafkaSettings(f"127.0.0.1:{port}")).is_here()
    assert not await Presence(KafkaSettings("127.0.0.1:1")).is_here()


async def test_one_broker_of_several_is_enough(door: Door) -> None:
    port = await door.open()

    assert await Presence(KafkaSettings(f"127.0.0.1:1,127.0.0.1:{port}")).is_here()


async def test_however_many_ask_one_knocks(door: Door) -> None:
    port = await door.open()
    presence = Presence(KafkaSettings(f"127.0.0.1:{port}"))

    answers = await asyncio.gather(*(presence.is_here() for _ in range(50)))

    assert all(answers)
    assert door.knocks == 1


async def test_who_goes_and_comes_back_is_seen(door: Door) -> None:
    port = await door.open()
    presence = Presence(KafkaSettings(f"127.0.0.1:{port}"))
    assert await presence.is_here()

    await door.close()
    await asyncio.sleep(LOOK_EVERY_S)
    assert not await presence.is_here()

    await door.open(port)
    await asyncio.sleep(LOOK_EVERY_S)
    assert await presence.is_here()
