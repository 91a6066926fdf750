"""The log on Kafka keeps its promises about relays; each fault planted in it is caught.

By the same cases, with the same comparison, as in the log that is a table.
"""

import pytest

from beaconfire_testkit import kafka_suite, log_suite
from beaconfire_testkit.kafka_faults import (
    BelievingMemoriesOnKafka,
    CommittingPositionsFirstOnKafka,
    DedupingByTimeOnKafka,
    DroppingWhenFullOnKafka,
    LockingLateOnKafka,
    MovingBeforeAcknowledged,
    RelayingAboveLast,
    RelayingOutOfOrder,
    ReplayingOutwardsOnKafka,
    TrustingMemoriesOnKafka,
)
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_suite import Case, NotKept

FAULTS = [
    (RelayingAboveLast, log_suite.what_is_committed_late_is_not_passed_over),
    (LockingLateOnKafka, log_suite.the_log_has_the_order_of_each_stream),
    (RelayingOutOfOrder, log_suite.every_stream_is_in_order_without_hole_or_repeat),
    (MovingBeforeAcknowledged, kafka_suite.a_relay_killed_at_any_time_loses_nothing),
    (CommittingPositionsFirstOnKafka, log_suite.a_consumer_killed_within_an_effect_loses_nothing),
    (DedupingByTimeOnKafka, log_suite.every_stream_is_in_order_without_hole_or_repeat),
    (DroppingWhenFullOnKafka, log_suite.delivery_shuffled_across_streams_keeps_each_stream),
    (BelievingMemoriesOnKafka, log_suite.a_commit_acknowledged_to_nobody_stops_no_consumer),
    (TrustingMemoriesOnKafka, log_suite.a_zombie_consumer_is_harmless),
    (ReplayingOutwardsOnKafka, log_suite.a_replay_has_the_same_effects_and_reaches_nobody),
]


@pytest.mark.parametrize("made", [KafkaHarness], indirect=True)
@pytest.mark.parametrize("case", kafka_suite.CASES, ids=lambda case: case.__name__)
async def test_a_log_on_kafka_keeps_its_promise(harness: KafkaHarness, case: Case) -> None:
    await case(harness)


@pytest.mark.parametrize(
    ("made", "case"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS], indirect=["made"]
)
async def test_a_planted_fault_is_caught(made: KafkaHarness, case: Case) -> None:
    async with made.running() as faulty:
        with pytest.raises(NotKept, match=r"(lost|repeated)=\[\(|asked of the outside"):
            await case(faulty)
