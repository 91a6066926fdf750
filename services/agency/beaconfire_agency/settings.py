"""What a deployment may set for agency, by environment `BEACONFIRE_AGENCY_*`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from beaconfire_platform.environment import BadSetting, whole_number


@dataclass(frozen=True, slots=True)
class AgencySettings:
    """Where the signing key lies, and how long a session may be idle."""

    key_folder: Path
    idle: timedelta = timedelta(minutes=30)

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, *, key_folder: Path | None = None
    ) -> "AgencySettings":
        """Read `BEACONFIRE_AGENCY_KEY_FOLDER`, `_IDLE_MINUTES`; BadSetting when unfit."""
        minutes = whole_number(environment, "BEACONFIRE_AGENCY_IDLE_MINUTES", 30, least=1, most=720)
        given = environment.get("BEACONFIRE_AGENCY_KEY_FOLDER")
        folder = Path(given) if given else key_folder
        if folder is None:
            raise BadSetting("BEACONFIRE_AGENCY_KEY_FOLDER names the folder of the signing key")
        return cls(folder, timedelta(minutes=minutes))
