"""When something happened, as told: any time ago, and never further ahead than clocks may differ.

A moment that has not come yet would stand in every response time; whoever tells it has a wrong
clock, and hears so. Evidence, such as `observed_at`, is kept as it comes and not asked here.
"""

from datetime import datetime, timedelta
from typing import Final

from beaconfire_contracts.refusals import Invalid
from beaconfire_platform.clock import Clock, wall_now

AHEAD_MAX: Final = timedelta(minutes=5)
"""How far honest clocks differ; the same as for positions."""


class AheadOfClock(Invalid):
    """This moment has not come yet: look at your clock, or leave it out."""


def occurred(told: datetime | None, clock: Clock, *, pointer: str = "/occurred_at") -> datetime:
    """The moment as told, or now; AheadOfClock beyond five minutes ahead of business and wall."""
    now = clock.now()
    if told is None:
        return now
    latest = max(now, wall_now()) + AHEAD_MAX
    if told > latest:
        raise AheadOfClock(pointer=pointer, latest=latest.isoformat())
    return told
