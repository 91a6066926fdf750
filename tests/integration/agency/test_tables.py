"""All tables are bound to one transaction, and moments are the database's."""

from datetime import timedelta
from typing import Any

from beaconfire_platform.clock import wall_now


async def test_the_databases_time_goes_on_within_a_transaction(work: Any) -> None:
    first = await work.tables.moments.now()
    second = await work.tables.moments.now()

    assert first < second
    assert abs(wall_now() - second) < timedelta(seconds=5)
