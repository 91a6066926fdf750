"""Each log keeps its promises about facts that cannot take effect."""

import pytest

from beaconfire_testkit.log_parking_suite import CASES
from beaconfire_testkit.log_suite import Case, Harness


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_log_keeps_its_promise(harness: Harness, case: Case) -> None:
    await case(harness)
