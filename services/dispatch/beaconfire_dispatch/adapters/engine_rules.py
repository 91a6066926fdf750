"""What a deployment lets the engine do, in its one row."""

from typing import Final

from beaconfire_dispatch.domain.engine_rules import EngineRules
from beaconfire_platform.database import Connection

_COLUMNS: Final = "level_price, cover_price, diversions_max, move_gain_min, moves_per_hour_max"


class PgEngineRules:
    """The rules over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self) -> EngineRules:
        """Those in force; the migration gives the first."""
        record = await self._connection.fetchrow(f"select {_COLUMNS} from engine_rules")
        return EngineRules() if record is None else EngineRules(*record.values())

    async def save(self, rules: EngineRules) -> None:
        """Keep changed ones."""
        await self._connection.execute(
            f"update engine_rules set ({_COLUMNS}) = ($1, $2, $3, $4, $5)",
            rules.level_price, rules.cover_price, rules.diversions_max, rules.move_gain_min,
            rules.moves_per_hour_max,
        )  # fmt: skip
