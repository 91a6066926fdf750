"""What the engine decides on: one immutable picture of demands, units and road times."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from beaconfire_dispatch.domain.engine.commanding import Command
from beaconfire_dispatch.domain.engine.fleet import Fleet, fleet_of


@dataclass(frozen=True, slots=True)
class Prices:
    """What a deployment pays beside time: levels crossed, cover taken away (代价参数)."""

    level: float = 0.02
    """For each level between a unit's own division and one that also holds the incident: some four
    seconds of a most urgent one, so that only who is about as near is kept for their own."""
    cover: float = 0.0
    """For all the cover that sending a unit takes away. Nothing was gained by it in any city that
    was tried; it is where a reserve is kept by price."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of one incident's need: so many are asked for, each is a slot (需求)."""

    incident_id: str
    capability: str
    priority: int
    elapsed_s: float
    target_s: float
    held_by: str | None = None
    """The unit that is under way to it and may still be turned round."""
    may_divert: bool = True
    """Whether a unit may still be turned round for it."""
    alternatives: tuple[str, ...] = ()
    """What fills it too, the preferred first."""
    group: str | None = None
    """Slots of one incident in one group are filled all together or not at all."""
    path: str | None = None
    """The division path that it lies in."""
    vetoed: frozenset[str] = frozenset()
    """Units that a dispatcher will not have sent to it."""
    diversions_left: int = 1
    """Units that may still be turned round for its incident, for all of that one's slots together;
    the same in each of them."""
    command: Command | None = None
    """Who answers for it, and so whose units may be proposed; None: anybody's."""


@dataclass(frozen=True, slots=True)
class Free:
    """One unit that may be sent (可派力量)."""

    unit_id: str
    call_sign: str
    capabilities: frozenset[str]
    idle_since_s: float
    """From its last order to one moment, the same for all: the larger, the longer ago."""
    mobilise_s: float
    answering: int | None = None
    """The priority of what it is under way to; never is it sent to something less urgent."""
    is_bound: bool = False
    """What it is under way to has lost as many units as it may, or it was turned round for that:
    this one stays with it, unless a better placed one takes over."""
    path: str | None = None
    """The division that it stands for."""
    pinned_to: str | None = None
    """The incident that a dispatcher keeps it for."""
    under_way: "UnderWay | None" = None
    """What it would be turned round from; nothing when it is free."""
    body: str | None = None
    """Whose it is."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The order that a unit is on, and nobody has arrived by it (在途派遣)."""

    incident_id: str
    assignment_id: str


@dataclass(frozen=True)
class Situation:
    """Slots, free units, road seconds from each unit (row) to each slot (column) (态势快照)."""

    slots: tuple[Slot, ...]
    units: tuple[Free, ...]
    road_s: np.ndarray
    method: str
    posts_s: np.ndarray
    """Road seconds from each unit (row) to each station (column): what cover is counted on."""
    prices: Prices = Prices()

    @cached_property
    def fleet(self) -> Fleet:
        """Its units in columns, made when they are first asked for."""
        return fleet_of(self.units)
