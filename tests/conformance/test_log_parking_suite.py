"""Each log keeps its promises about facts that cannot take effect; a pause too many is caught."""

import pytest

from beaconfire_platform.log.patience import PARKED_S_MAX
from beaconfire_testkit import log_parking_suite
from beaconfire_testkit.kafka_faults import ParkingLateOnKafka
from beaconfire_testkit.log_faults import LATE_S, ParkingLate
from beaconfire_testkit.log_harness import LogHarness
from beaconfire_testkit.log_parking_suite import CASES, a_fact_that_crashes_is_parked_soon
from beaconfire_testkit.log_suite import Case, Harness, NotKept


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_log_keeps_its_promise(harness: Harness, case: Case) -> None:
    await case(harness)


@pytest.mark.parametrize("made", [ParkingLate, ParkingLateOnKafka], indirect=True)
async def test_a_consumer_that_rests_before_it_parks_is_caught(
    made: LogHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LATE_S > PARKED_S_MAX
    monkeypatch.setattr(log_parking_suite, "PARKED_HERE_S_MAX", PARKED_S_MAX)

    async with made.running() as faulty:
        with pytest.raises(NotKept, match="after its first failure"):
            await a_fact_that_crashes_is_parked_soon(faulty)
