"""An exception is dropped and its rule holds again; the rule itself stays."""

from typing import Any

import pytest

from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.application.drop_exception import (
    DropException,
    RuleStays,
    drop_exception,
    keys,
)
from beaconfire_dispatch.domain.policy import Policy

HERE = Policy(2, PolicyMode.AUTO, 300, 30, 90, "akl.d1", "medical")
DROP = DropException(2, "akl.d1", "medical")


async def test_the_rule_holds_again_where_its_exception_was(tables: Any) -> None:
    before = await tables.policies.every()
    await tables.policies.save(HERE)

    await drop_exception(DROP, policies=tables.policies)

    assert await tables.policies.every() == before
    assert keys(DROP) == (aggregate("policy/2"),)


async def test_what_is_not_there_is_not_dropped_and_nothing_near_it_either(tables: Any) -> None:
    await tables.policies.save(HERE)
    before = await tables.policies.every()
    for near in (DropException(2, "akl.d1", None), DropException(1, "akl.d1", "medical")):
        with pytest.raises(NotFound):
            await drop_exception(near, policies=tables.policies)
    with pytest.raises(RuleStays):
        await drop_exception(DropException(2, None, None), policies=tables.policies)

    assert await tables.policies.every() == before
