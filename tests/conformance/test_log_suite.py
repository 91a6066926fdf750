"""Each log keeps its promises about order, repeats and losses; each planted fault is caught.

A fault is caught by the same case, with the same comparison, that a right log passes.
"""

import pytest

from beaconfire_testkit import log_suite
from beaconfire_testkit.log_faults import (
    BelievingInBirths,
    BelievingMemories,
    CommittingPositionsFirst,
    DedupingByTime,
    DroppingWhenFull,
    HurryingForgetfully,
    LockingLate,
    ReadingAboveLast,
    ReplayingOutwards,
    TrustingMemories,
    TrustingMemoriesAtOnce,
)
from beaconfire_testkit.log_harness import LogHarness
from beaconfire_testkit.log_suite import CASES, Case, Harness, NotKept

FAULTS = [
    (ReadingAboveLast, log_suite.what_is_committed_late_is_not_passed_over),
    (LockingLate, log_suite.the_log_has_the_order_of_each_stream),
    (CommittingPositionsFirst, log_suite.a_consumer_killed_within_an_effect_loses_nothing),
    (DedupingByTime, log_suite.every_stream_is_in_order_without_hole_or_repeat),
    (DroppingWhenFull, log_suite.delivery_shuffled_across_streams_keeps_each_stream),
    (BelievingMemories, log_suite.a_commit_acknowledged_to_nobody_stops_no_consumer),
    (TrustingMemories, log_suite.a_zombie_consumer_is_harmless),
    (TrustingMemoriesAtOnce, log_suite.a_zombie_consumer_is_harmless),
    (BelievingInBirths, log_suite.who_lost_their_place_repeats_nothing),
    (HurryingForgetfully, log_suite.what_is_committed_late_is_not_passed_over),
    (ReplayingOutwards, log_suite.a_replay_has_the_same_effects_and_reaches_nobody),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_log_keeps_its_promise(harness: Harness, case: Case) -> None:
    await case(harness)


@pytest.mark.parametrize(
    ("made", "case"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS], indirect=["made"]
)
async def test_a_planted_fault_is_caught(made: LogHarness, case: Case) -> None:
    async with made.running() as faulty:
        with pytest.raises(NotKept, match=r"(lost|repeated)=\[\(|asked of the outside"):
            await case(faulty)
