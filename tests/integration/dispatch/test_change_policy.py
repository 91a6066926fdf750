"""A policy is kept for its priority alone; ordering by itself is refused until it is released."""

from typing import Any

import pytest

from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.application.change_policy import AutoNotReleased, change_policy, keys
from beaconfire_dispatch.application.ports import Policy

PROPOSE = Policy(2, PolicyMode.PROPOSE, 300, 30)
AUTO = Policy(2, PolicyMode.AUTO, 300, 30)


async def test_only_its_own_priority_changes(tables: Any) -> None:
    before = await tables.policies.every()

    assert await change_policy(PROPOSE, policies=tables.policies) == PROPOSE

    after = await tables.policies.every()
    assert after == [before[0], PROPOSE, *before[2:]]
    assert keys(PROPOSE) == (aggregate("policy/2"),)


async def test_nobody_is_sent_without_a_person_yet(tables: Any) -> None:
    with pytest.raises(AutoNotReleased):
        await change_policy(AUTO, policies=tables.policies)

    assert (await tables.policies.of(2)).mode is PolicyMode.PROPOSE
