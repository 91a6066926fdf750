"""Before anybody has said anything, the migration's rules are the engine's own."""

from typing import Any

from beaconfire_dispatch.adapters.engine_rules import PgEngineRules
from beaconfire_dispatch.domain.engine_rules import EngineRules


async def test_what_the_migration_gives_is_what_the_engine_pays_by_itself(tables: Any) -> None:
    assert await PgEngineRules(tables.tx.connection).get() == EngineRules()
