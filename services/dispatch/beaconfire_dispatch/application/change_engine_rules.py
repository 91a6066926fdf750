"""Change what the engine may do and what it pays beside time."""

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import RulesOfEngine
from beaconfire_dispatch.domain.engine_rules import EngineRules


def keys() -> tuple[LockKey, ...]:
    """The one row."""
    return (aggregate("engine-rules"),)


async def change_engine_rules(rules: EngineRules, *, kept: RulesOfEngine) -> EngineRules:
    """Keep them; the next matching goes by them."""
    await kept.save(rules)
    return rules
