"""Three brokers: one is lost and writing goes on, two are lost and nothing is (R17)."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

import pytest

from beaconfire_testkit.kafka_cluster import Brokers
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_suite import require_all_of

pytestmark = pytest.mark.apart

COPIES: Final = 3
KEYS: Final = ("a", "b", "c")
WAIT_S: Final = 2.0


@pytest.fixture
async def harness(database: str, three_kafkas: Brokers) -> AsyncGenerator[KafkaHarness]:
    made = KafkaHarness(database, three_kafkas.bootstrap, replication=COPIES)
    async with made.running() as running:
        yield running
        await three_kafkas.start()


async def test_a_write_must_be_on_two_of_three_brokers(harness: KafkaHarness) -> None:
    """With two of three lost nobody can shorten who must have it: the test below sees no other."""
    found = await harness.set_on_topic()

    assert found["min.insync.replicas"] == "2"
    assert found["unclean.leader.election.enable"] == "false"


async def tell(harness: KafkaHarness, rounds: int) -> None:
    for _ in range(rounds):
        await harness.tell(*KEYS)


@pytest.mark.slow
async def test_what_is_told_while_brokers_are_lost_is_there_when_they_return(
    harness: KafkaHarness, three_kafkas: Brokers
) -> None:
    consumer = harness.consumer("lasting")
    await tell(harness, 3)
    await harness.insist(consumer)

    await three_kafkas.nodes[0].kill()
    await tell(harness, 5)
    await harness.insist(consumer)
    one_lost = (await harness.trace("lasting")).per_key()

    await three_kafkas.nodes[1].kill()
    published = harness.relay.health.published
    await tell(harness, 5)  # the service takes it in as ever
    await asyncio.sleep(WAIT_S)
    while_two_are_lost = harness.relay.health.published - published

    await three_kafkas.start()
    await harness.insist(harness.consumer("lasting"))

    assert one_lost == {key: list(range(1, 9)) for key in KEYS}
    assert while_two_are_lost == 0, "acknowledged by fewer brokers than must have it"
    await require_all_of(harness, "lasting")
    assert (await harness.told()) == dict.fromkeys(KEYS, 13)
