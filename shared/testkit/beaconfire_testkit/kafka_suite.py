"""The conformance suite's cases about relays, which only the log on Kafka has."""

import asyncio
import random
from typing import Final

from beaconfire_testkit.kafka_harness import DRAINED_S_MAX, KafkaHarness
from beaconfire_testkit.log_suite import WRITERS, require_all_of, write_at_random

KILLS: Final = 5


async def _moved(harness: KafkaHarness, before: object) -> object:
    """Wait until the relay wrote down another place than this one; which."""
    async with asyncio.timeout(DRAINED_S_MAX):
        while (place := await harness.place()) == before:
            await harness.bell.wait(0.002)
    return place


async def a_relay_killed_at_any_time_loses_nothing(harness: KafkaHarness) -> None:
    """R16: what it wrote down as published was acknowledged before."""
    chance = random.Random(3)  # noqa: S311  (a test's order, not a secret)
    place: object = None
    for kill in range(KILLS):
        writing = asyncio.gather(
            *(write_at_random(harness, WRITERS * kill + seed) for seed in range(3))
        )
        place = await _moved(harness, place)
        await asyncio.sleep(chance.random() / 50)
        await harness.kill_relay()
        harness.start_relay()
        await writing
    await harness.drain(harness.consumer("whole"))

    await require_all_of(harness, "whole")


CASES: Final = (a_relay_killed_at_any_time_loses_nothing,)
"""What is promised about relays."""
