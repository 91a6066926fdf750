"""What a deployment may set for incident, by environment `BEACONFIRE_INCIDENT_*`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from beaconfire_platform.environment import whole_number

PER_MINUTE_MAX: Final = 6_000
"""A hundred a second: above it a limit protects nothing."""


@dataclass(frozen=True, slots=True)
class IncidentSettings:
    """How many reports a minute one address may send without signing in, and follow."""

    public_reports_per_minute: int = 6
    tracking_per_minute: int = 60

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "IncidentSettings":
        """Read `BEACONFIRE_INCIDENT_PUBLIC_REPORTS_PER_MINUTE`, `_TRACKING_PER_MINUTE`."""
        default = cls()

        def pace(name: str, usual: int) -> int:
            return whole_number(environment, name, usual, least=1, most=PER_MINUTE_MAX)

        return cls(
            pace(
                "BEACONFIRE_INCIDENT_PUBLIC_REPORTS_PER_MINUTE", default.public_reports_per_minute
            ),
            pace("BEACONFIRE_INCIDENT_TRACKING_PER_MINUTE", default.tracking_per_minute),
        )
