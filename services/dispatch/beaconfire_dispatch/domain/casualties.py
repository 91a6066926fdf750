"""Casualties by triage class, and how many ambulances they ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from beaconfire_contracts.needs import Need

AMBULANCE: Final = "ambulance"
DELAYED_EACH: Final = 2
"""Two who can wait lie in one ambulance; whoever cannot has one to themselves (START, red)."""
MINOR_EACH: Final = 4
"""Four who walk sit in one."""
COUNT_MAX: Final = 9_999


@dataclass(frozen=True, slots=True)
class Casualties:
    """How many are hurt, by the classes of START: red, yellow, green, black (检伤分类)."""

    immediate: int = 0
    delayed: int = 0
    minor: int = 0
    dead: int = 0

    @property
    def trips(self) -> int:
        """How many ambulances' ways to a hospital they are; the dead are taken by none."""
        delayed = -(-self.delayed // DELAYED_EACH)
        return self.immediate + delayed + -(-self.minor // MINOR_EACH)


def with_casualties(needs: Sequence[Need], casualties: Casualties | None) -> tuple[Need, ...]:
    """What a card asks for, with as many ambulances as the casualties need, if these are more.

    A way that is done counts for one: whoever comes back for the next is asked for again.
    """
    trips = 0 if casualties is None else casualties.trips
    asked = sum(need.count for need in needs if need.capability == AMBULANCE)
    if trips <= asked:
        return tuple(needs)
    for place, need in enumerate(needs):
        if need.capability == AMBULANCE and need.group is None:
            more = replace(need, count=need.count + trips - asked)
            return (*needs[:place], more, *needs[place + 1 :])
    return (*needs, Need(AMBULANCE, trips - asked))
