"""When a unit counts as not heard from: under way its position should come, and none does."""

from typing import Final

from beaconfire_contracts.feed import POSITION_STALE_AFTER_S

MINUTES_MAX: Final = 255
"""What the frame's byte holds: as long, or longer."""
UNDER_WAY: Final = frozenset({"en_route", "transporting", "returning"})
"""Whoever stands, at the station or at work, need not tell where: silence then says nothing."""


def minutes_silent(status: str, silent_s: float) -> int:
    """For how many whole minutes a unit should have been heard from and was not; 0: all is well.

    `silent_s` counts in wall seconds from its last position, or from its setting out if later.
    """
    if status not in UNDER_WAY or silent_s < POSITION_STALE_AFTER_S:
        return 0
    return min(MINUTES_MAX, int(silent_s // 60))
