"""A policy is kept for its priority, area and type, with all that it allows."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.application.change_policy import change_policy, keys
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


async def test_what_happens_without_a_person_is_allowed_where_it_is_named_alone(
    tables: Any,
) -> None:
    unasked = replace(HERE, mode=PolicyMode.AUTO, may_divert_unasked=True)

    await change_policy(unasked, policies=tables.policies)

    assert await tables.policies.of(2, "medical", "akl.d1") == unasked
    elsewhere = await tables.policies.of(2, "medical", "akl.d2")
    assert (elsewhere.mode, elsewhere.may_divert_unasked) == (PolicyMode.PROPOSE, False)
