"""Clients of Kafka end whole, whatever they are doing and whoever is cancelled meanwhile."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError
from aiokafka.structs import TopicPartition

from beaconfire_platform.log.kafka import client as client_module
from beaconfire_platform.log.kafka.client import (
    by_controller,
    looking,
    past_client,
    stop,
    whole,
)
from beaconfire_platform.log.kafka.fetching import Fetching
from beaconfire_platform.log.kafka.self_check import writable
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import FOR_EVER, Topic, make_topics
from beaconfire_testkit.kafka import Broker

LEFT_S_MAX = 20


def connections(settings: KafkaSettings) -> int:
    """How many connections this process has to the broker."""
    [(_, port)] = settings.addresses
    return sum(
        1 for one in psutil.Process().net_connections("tcp") if one.raddr and one.raddr.port == port
    )


async def none_left(settings: KafkaSettings, tasks: "set[asyncio.Task[object]]") -> None:
    """Wait until no connection is left and no task beyond these."""
    give_up_at = asyncio.get_running_loop().time() + LEFT_S_MAX
    while left := (connections(settings), asyncio.all_tasks() - tasks):
        if left == (0, set()):
            return
        assert asyncio.get_running_loop().time() < give_up_at, left
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("seed", range(12))
async def test_who_is_cancelled_while_a_client_starts_leaves_nothing_open(
    kafka: str, seed: int
) -> None:
    settings, tasks = KafkaSettings(kafka), asyncio.all_tasks()

    async def look() -> None:
        async with looking(settings) as client:
            await whole(client.topics())

    looks = asyncio.create_task(look())
    await asyncio.sleep(random.Random(seed).uniform(0, 0.03))
    looks.cancel()
    await asyncio.gather(looks, return_exceptions=True)

    await none_left(settings, tasks)


async def test_a_client_may_be_stopped_before_it_began_and_twice(kafka: str) -> None:
    settings, tasks = KafkaSettings(kafka), asyncio.all_tasks()
    fresh = past_client(settings)
    await stop(fresh)
    started = past_client(settings)
    await started.start()

    await stop(started)
    await stop(started)

    await none_left(settings, tasks)


@pytest.mark.parametrize("seed", range(8))
async def test_several_as_one_cut_off_while_they_begin_and_stop_leave_nothing_open(
    kafka: str, seed: int
) -> None:
    settings, tasks = KafkaSettings(kafka), asyncio.all_tasks()
    made = Fetching(settings, ("one", "another", "a third"), 0)
    beginning = asyncio.create_task(made.begin())
    await asyncio.sleep(random.Random(seed).uniform(0, 0.05))
    beginning.cancel()
    await asyncio.gather(beginning, return_exceptions=True)
    stopping = asyncio.create_task(made.stop())
    await asyncio.sleep(0)
    stopping.cancel()
    await asyncio.gather(stopping, return_exceptions=True)

    await none_left(settings, tasks)


async def test_what_was_asked_comes_to_its_end_though_nobody_waits_for_it_any_more() -> None:
    ended = asyncio.Event()

    async def asked() -> None:
        await asyncio.sleep(0.05)
        ended.set()

    waits = asyncio.create_task(whole(asked()))
    await asyncio.sleep(0)
    waits.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waits
    assert ended.is_set()


async def test_an_error_of_what_was_asked_is_the_callers() -> None:
    async def asked() -> None:
        raise RuntimeError("told")

    with pytest.raises(RuntimeError, match="told"):
        await whole(asked())


@pytest.mark.parametrize("kind", [AIOKafkaProducer, AIOKafkaConsumer])
async def test_a_client_whose_broker_is_gone_is_stopped_all_the_same(
    own_kafka: Broker, kind: type[AIOKafkaProducer | AIOKafkaConsumer]
) -> None:
    settings, tasks = KafkaSettings(own_kafka.bootstrap), asyncio.all_tasks()
    client = kind(**settings.client("test"))
    await client.start()
    await own_kafka.kill()

    async with asyncio.timeout(20):
        await stop(client)

    await none_left(settings, tasks)


async def test_a_client_whose_fetch_failed_and_waits_to_be_tried_again_is_ended_whole(
    own_kafka: Broker,
) -> None:
    """As each time when a broker dies: what kept its address fresh went on for ever."""
    settings = KafkaSettings(own_kafka.bootstrap, prefix="waiting")
    await make_topics(settings, [Topic("geo", 1, FOR_EVER)])
    tasks = asyncio.all_tasks()
    client = past_client(settings, retry_backoff_ms=60_000)
    await client.start()
    partition = TopicPartition(settings.topic("geo"), 0)
    client.assign([partition])
    client.seek(partition, 0)
    assert await client.getmany(timeout_ms=200) == {}
    await own_kafka.kill()
    await client.getmany(timeout_ms=1_000)

    async with asyncio.timeout(20):
        await stop(client)

    await none_left(settings, tasks)


async def look(settings: KafkaSettings) -> None:
    """Open a reader for a moment."""
    async with looking(settings):
        pass


async def make_none(settings: KafkaSettings) -> None:
    """Open what makes topics."""
    await make_topics(settings, [])


async def write_nothing(settings: KafkaSettings) -> None:
    """Open what asks for rights."""
    await writable(settings, [])


@pytest.mark.parametrize("use", [look, make_none, write_nothing])
@pytest.mark.parametrize("hurry", [False, True])
async def test_a_client_that_begins_after_everybody_gave_it_up_is_ended_too(
    own_kafka: Broker,
    monkeypatch: pytest.MonkeyPatch,
    use: Callable[[KafkaSettings], Coroutine[Any, Any, None]],
    *,
    hurry: bool,
) -> None:
    """As when a broker stands still for longer than anybody waits, and goes on."""
    monkeypatch.setattr(client_module, "STOP_S_MAX", 0.5)
    settings, tasks = KafkaSettings(own_kafka.bootstrap), asyncio.all_tasks()

    own_kafka.pause()
    try:
        using = asyncio.create_task(use(settings))
        give_up_at = asyncio.get_running_loop().time() + LEFT_S_MAX
        while not (meanwhile := connections(settings)) and not using.done():
            assert asyncio.get_running_loop().time() < give_up_at, "it does not begin"
            await asyncio.sleep(0.02)
        using.cancel()
        if hurry:
            await asyncio.sleep(0.1)
            using.cancel()
        await asyncio.wait({using})
    finally:
        own_kafka.resume()

    assert using.cancelled()
    assert meanwhile == 1, "it was not beginning: this proves nothing"
    await none_left(settings, tasks)


async def test_while_no_controller_is_known_it_says_so() -> None:
    """As after a broker stood still: it names no broker yet, and the library trips over that."""
    controller: Any = None

    async def delete_topics() -> None:
        return controller.nodeId

    with pytest.raises(KafkaConnectionError, match="no controller"):
        await by_controller(delete_topics())
