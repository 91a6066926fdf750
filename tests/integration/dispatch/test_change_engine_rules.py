"""The engine's rules are kept in their one row."""

from typing import Any

from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.adapters.engine_rules import PgEngineRules
from beaconfire_dispatch.application.change_engine_rules import change_engine_rules, keys
from beaconfire_dispatch.domain.engine_rules import EngineRules


async def test_changed_rules_are_those_in_force(tables: Any) -> None:
    kept = PgEngineRules(tables.tx.connection)
    assert await kept.get() == EngineRules()

    changed = await change_engine_rules(EngineRules(0.1, 0.5, 0), kept=kept)

    assert await kept.get() == changed == EngineRules(0.1, 0.5, 0)
    assert keys() == (aggregate("engine-rules"),)
