"""A policy is kept for its priority, area and type; ordering by itself is refused."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.application.change_policy import AutoNotReleased, change_policy, keys
from beaconfire_dispatch.domain.policy import Policy

PROPOSE = Policy(2, PolicyMode.PROPOSE, 300, 30)
HERE = Policy(2, PolicyMode.PROPOSE, 300, 30, 90, "akl.d1", "medical")


async def test_only_its_own_priority_changes(tables: Any) -> None:
    before = await tables.policies.every()

    assert await change_policy(PROPOSE, policies=tables.policies) == PROPOSE

    after = await tables.policies.every()
    assert after == [before[0], PROPOSE, *before[2:]]
    assert keys(PROPOSE) == (aggregate("policy/2"),)


async def test_an_exception_stands_beside_its_rule_and_is_changed_in_its_own_place(
    tables: Any,
) -> None:
    before = await tables.policies.every()
    slower = replace(HERE, acknowledge_s=60)
    for one in (HERE, slower):
        await change_policy(one, policies=tables.policies)

    assert await tables.policies.every() == [*before[:2], slower, *before[2:]]
    assert await tables.policies.of(2) == before[1]
    assert await tables.policies.of(2, "medical.cardiac", "akl.d1.c1") == slower
    assert await tables.policies.of(2, "medical.cardiac", "akl.d2.c1") == before[1]


async def test_nobody_is_sent_without_a_person_yet_whatever_it_names(tables: Any) -> None:
    with pytest.raises(AutoNotReleased):
        await change_policy(replace(HERE, mode=PolicyMode.AUTO), policies=tables.policies)

    assert (await tables.policies.of(2, "medical", "akl.d1")).mode is PolicyMode.PROPOSE
