"""A subscription ends once."""

from typing import Any

import pytest

from beaconfire_agency.application.end_subscription import EndSubscription, end_subscription, keys
from beaconfire_contracts.facts.agency import SubscriptionEnded
from beaconfire_contracts.ids import SubscriptionId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON

from .subscribers import Shared


async def test_ending_is_told_once_and_another_may_begin(work: Any, shared: Shared) -> None:
    power = await work.body("power")
    made = await shared.subscribe(power)

    command = EndSubscription(made.id)
    tables = work.tables
    ended, again = [
        await end_subscription(command, subscriptions=tables.subscriptions, facts=work.tx, now=NOON)
        for _ in range(2)
    ]

    assert ended == again
    assert ended.ended_at == NOON
    assert work.told.count(SubscriptionEnded(made.id, power.id, NOON)) == 1
    assert (await shared.subscribe(power, "akl")).id != made.id


async def test_one_that_never_was_is_not_found(work: Any) -> None:
    command = EndSubscription(SubscriptionId(new_id()))

    with pytest.raises(NotFound):
        await end_subscription(
            command, subscriptions=work.tables.subscriptions, facts=work.tx, now=NOON
        )


def test_one_subscription_is_locked() -> None:
    assert keys(EndSubscription(SubscriptionId("s"))) == (aggregate("s"),)
