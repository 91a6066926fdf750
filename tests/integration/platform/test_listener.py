"""A listener hears what was told a while ago and since, in every process, without any books."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts.geo import LayerReleased, RoadsReleased
from beaconfire_platform.clock import wall_now
from beaconfire_platform.log.listener import Listener
from beaconfire_platform.log.postgres import SHARD
from beaconfire_testkit.log_harness import WRITER, LogHarness


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


def a_listener(harness: LogHarness, heard: list[tuple[str, int]], since: timedelta) -> Listener:
    return Listener(
        "memory",
        log=harness.log,
        sources=frozenset({WRITER}),
        hears={LayerReleased: lambda told: heard.append((told.key, told.key_version))},
        since=since,
    )


async def test_a_place_has_all_that_was_told_from_a_moment_on_behind_it(
    harness: LogHarness,
) -> None:
    await harness.tell("old")
    between = wall_now()
    await harness.tell("new")
    sources = frozenset({WRITER})

    lately = await harness.log.place_at(SHARD, between)
    ever = await harness.log.place_at(SHARD, between - timedelta(hours=1))

    found = await harness.log.read_each(SHARD, sources, [lately, ever])
    assert [told.key for told in found if isinstance(told, Envelope)] == ["new", "old"]


async def test_two_listeners_of_one_name_hear_everything_while_they_run(
    harness: LogHarness,
) -> None:
    heard = [list[tuple[str, int]](), list[tuple[str, int]]()]
    running = [
        asyncio.create_task(a_listener(harness, one, timedelta(minutes=1)).run()) for one in heard
    ]
    for _ in range(3):
        await harness.tell("a")
    async with asyncio.timeout(20):
        while min(map(len, heard)) < 3:  # noqa: ASYNC110  (lists have no event)
            await asyncio.sleep(0.01)
    for one in running:
        one.cancel()
    await asyncio.gather(*running, return_exceptions=True)

    assert heard == [[("a", 1), ("a", 2), ("a", 3)]] * 2


async def test_what_it_does_not_hear_of_passes(harness: LogHarness) -> None:
    await harness.tell("a")
    await harness.tell_of_another_build("b", "beaconfire.geo.never-heard-of.v1")
    heard: list[str] = []
    listener = Listener(
        "deaf",
        log=harness.log,
        sources=frozenset({WRITER}),
        hears={RoadsReleased: lambda told: heard.append(told.key)},
        since=timedelta(hours=1),
    )

    assert await listener.step() == 2
    assert (heard, await listener.step()) == ([], 0)
