"""What the engine decides on: one immutable picture of demands, units and road times."""

from dataclasses import dataclass

import numpy as np


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
    """Whether a unit may still be turned round for it: an incident has only so many diversions."""


@dataclass(frozen=True, slots=True)
class Free:
    """One unit that may be sent (可派力量)."""

    unit_id: str
    call_sign: str
    capabilities: frozenset[str]
    idle_since_s: float
    mobilise_s: float
    answering: int | None = None
    """The priority of what it is under way to; never is it sent to something less urgent."""
    is_bound: bool = False
    """What it is under way to has lost as many units as it may: this one stays with it, unless a
    better placed one takes over."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Slots, free units, road seconds from each unit (row) to each slot (column) (态势快照)."""

    slots: tuple[Slot, ...]
    units: tuple[Free, ...]
    road_s: np.ndarray
    method: str
    posts_s: np.ndarray
    """Road seconds from each unit (row) to each station (column): what cover is counted on."""
