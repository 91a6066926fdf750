"""What a deployment may set for situation, by environment `BEACONFIRE_SITUATION_*`: nothing yet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SituationSettings:
    """No knobs: limits of the feed are named where they hold."""
