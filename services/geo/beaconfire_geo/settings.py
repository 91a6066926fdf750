"""What a deployment may set for geo, by environment `BEACONFIRE_GEO_*`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from beaconfire_platform.environment import whole_number


@dataclass(frozen=True, slots=True)
class GeoSettings:
    """How long positions are kept, which layer holds the grid, which level its cells have."""

    history_days: int = 30
    layer: str = "grid"
    cell_level: str = "cell"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "GeoSettings":
        """Read `BEACONFIRE_GEO_HISTORY_DAYS`, `_LAYER`, `_CELL_LEVEL`; BadSetting when unfit."""
        default = cls()
        days = whole_number(
            environment, "BEACONFIRE_GEO_HISTORY_DAYS", default.history_days, least=1, most=3_660
        )
        return cls(
            days,
            environment.get("BEACONFIRE_GEO_LAYER", default.layer),
            environment.get("BEACONFIRE_GEO_CELL_LEVEL", default.cell_level),
        )
