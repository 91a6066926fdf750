"""Subscriptions of bodies outside."""

from dataclasses import replace

import pytest

from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.subscriptions import Subscription, UnfitCode, check_subscriber
from beaconfire_contracts.ids import BodyId, SubscriptionId
from beaconfire_testkit.builders import AN_ID, NOON, an_example_of

MADE = Subscription(SubscriptionId(AN_ID), BodyId("b"), "power", None, NOON)


def test_a_subscription_tells_that_it_was_made_and_that_it_ended() -> None:
    ended, told = MADE.ended(NOON)

    assert (MADE.made().body, MADE.made().reach) == ("b", None)
    assert (ended.ended_at, told.subscription_id) == (NOON, MADE.id)


@pytest.mark.parametrize("code", ["a.b", "a_b", "a:b"])
def test_a_code_that_no_topic_can_bear_is_refused(code: str) -> None:
    with pytest.raises(UnfitCode):
        check_subscriber(replace(an_example_of(Body), code=code))


def test_a_code_of_letters_digits_and_hyphens_is_taken() -> None:
    check_subscriber(replace(an_example_of(Body), code="Power-2"))
