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


@dataclass(frozen=True, slots=True)
class Free:
    """One unit that may be sent (可派力量)."""

    unit_id: str
    call_sign: str
    capabilities: frozenset[str]
    idle_since_s: float
    mobilise_s: float


@dataclass(frozen=True, slots=True)
class Situation:
    """Slots, free units, road seconds from each unit (row) to each slot (column) (态势快照)."""

    slots: tuple[Slot, ...]
    units: tuple[Free, ...]
    road_s: np.ndarray
    method: str
    posts_s: np.ndarray
    """Road seconds from each unit (row) to each station (column): what cover is counted on."""
