"""What a deployment may set for geo, by environment `BEACONFIRE_GEO_*`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from beaconfire_platform.environment import whole_number


@dataclass(frozen=True, slots=True)
class GeoSettings:
    """How long positions are kept, which layer holds the grid, its cells' level, whose levels."""

    history_days: int = 30
    layer: str = "grid"
    cell_level: str = "cell"
    levels: str | None = None
    """A file of levels of one's own; those that this build carries where it is None."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "GeoSettings":
        """Read `BEACONFIRE_GEO_HISTORY_DAYS`, `_LAYER`, `_CELL_LEVEL`, `_LEVELS`; BadSetting."""
        default = cls()
        days = whole_number(
            environment, "BEACONFIRE_GEO_HISTORY_DAYS", default.history_days, least=1, most=3_660
        )
        return cls(
            days,
            environment.get("BEACONFIRE_GEO_LAYER", default.layer),
            environment.get("BEACONFIRE_GEO_CELL_LEVEL", default.cell_level),
            environment.get("BEACONFIRE_GEO_LEVELS") or None,
        )
