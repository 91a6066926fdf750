"""What a deployment may set for incident, by environment `BEACONFIRE_INCIDENT_*`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IncidentSettings:
    """How many reports a minute one address may send without signing in, and follow."""

    public_reports_per_minute: int = 6
    tracking_per_minute: int = 60

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "IncidentSettings":
        """Read `BEACONFIRE_INCIDENT_PUBLIC_REPORTS_PER_MINUTE`, `_TRACKING_PER_MINUTE`."""
        default = cls()
        reports = int(
            environment.get(
                "BEACONFIRE_INCIDENT_PUBLIC_REPORTS_PER_MINUTE", default.public_reports_per_minute
            )
        )
        tracking = int(
            environment.get("BEACONFIRE_INCIDENT_TRACKING_PER_MINUTE", default.tracking_per_minute)
        )
        if not (1 <= reports <= 6_000 and 1 <= tracking <= 6_000):
            raise ValueError("a pace of BEACONFIRE_INCIDENT_… is between 1 and 6000 a minute")
        return cls(reports, tracking)
