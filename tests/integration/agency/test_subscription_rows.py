"""Subscriptions as rows."""

from typing import Any

from beaconfire_agency.adapters.subscription_rows import PgSubscriptions
from beaconfire_testkit.builders import NOON

from .subscribers import Shared


async def test_the_one_in_force_is_found_by_its_body(work: Any, shared: Shared) -> None:
    rows = PgSubscriptions(work.tx.connection)
    power = await work.body("power")
    made = await shared.subscribe(power, "akl")

    assert await rows.of_body(power.id) == await rows.get(made.id) == made

    await rows.save(made.ended(NOON)[0])
    assert await rows.of_body(power.id) is None
    ended = await rows.get(made.id)
    assert ended is not None
    assert ended.ended_at == NOON
