"""A body is subscribed once at a time."""

from typing import Any

import pytest

from beaconfire_agency.domain.bodies import UnknownBody
from beaconfire_agency.domain.subscriptions import AlreadySubscribed, UnfitCode
from beaconfire_contracts.facts.agency import SubscriptionMade

from .conftest import a_body
from .subscribers import Shared


async def test_making_one_is_told_as_a_fact(work: Any, shared: Shared) -> None:
    made = await shared.subscribe(await work.body("power"), "akl")

    assert SubscriptionMade(made.id, made.body, "akl", made.made_at) in work.told


async def test_the_same_again_changes_nothing(work: Any, shared: Shared) -> None:
    power = await work.body("power")

    first, again = await shared.subscribe(power), await shared.subscribe(power)

    assert first.id == again.id
    assert sum(isinstance(one, SubscriptionMade) for one in work.told) == 1


async def test_another_reach_needs_the_first_to_end(work: Any, shared: Shared) -> None:
    power = await work.body("power")
    await shared.subscribe(power)

    with pytest.raises(AlreadySubscribed):
        await shared.subscribe(power, "akl")


async def test_a_body_that_is_not_there_cannot_subscribe(shared: Shared) -> None:
    with pytest.raises(UnknownBody):
        await shared.subscribe(a_body("nobody"))


async def test_a_body_whose_code_is_no_part_of_a_topic_cannot(work: Any, shared: Shared) -> None:
    with pytest.raises(UnfitCode):
        await shared.subscribe(await work.body("power.north"))
