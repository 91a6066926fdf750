"""Units that no picture holds, as they may not be sent at all: named for whoever misses them.

They are no part of a decision; what is said of them is kept beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from beaconfire_contracts.places import Point
from beaconfire_dispatch.domain.engine.ruling_out import NAMED_MAX, Named, nearest_few
from beaconfire_dispatch.domain.engine.state import Slot


@dataclass(frozen=True, slots=True)
class Away:
    """A unit that may not be sent at all: why, where it is, what it is on (不可派力量)."""

    unit_id: str
    call_sign: str
    capabilities: frozenset[str]
    reason: str
    """`at_work` or `out_of_service`."""
    place: Point
    body: str | None = None
    path: str | None = None
    """Whose it is, and the division that it stands for."""
    incident_id: str | None = None


@dataclass(frozen=True, slots=True)
class AwayFew:
    """How many able units are away for one reason, and the nearest by name (不可派摘要)."""

    count: int
    nearest: tuple[Named, ...]


class AwayColumns:
    """Such units in columns: each is walked over once, however many incidents ask (不可派列)."""

    def __init__(self, units: Sequence[Away]) -> None:
        """In their order."""
        kinds: dict[tuple[frozenset[str], str | None, str | None], int] = {}
        self._units = units
        self._on: dict[str, list[int]] = {}
        for place, one in enumerate(units):
            if one.incident_id is not None:
                self._on.setdefault(one.incident_id, []).append(place)
        told = [(one.capabilities, one.body, one.path) for one in units]
        self._kind = np.array([kinds.setdefault(one, len(kinds)) for one in told], dtype=np.int64)
        self._kinds = tuple(kinds)
        self._reasons = sorted({one.reason for one in units})
        self._reason = np.array([self._reasons.index(one.reason) for one in units], dtype=np.int64)
        self._places = np.array([(one.place.lon, one.place.lat) for one in units]).reshape(-1, 2)

    def of(self, slots: Sequence[Slot], at: Point) -> dict[str, AwayFew]:
        """By reason: who could fill one of an incident's slots, is of those that whoever answers
        for it may order, and is not on it.
        """
        names = {name for one in slots for name in (one.capability, *one.alternatives)}
        incident_id, command = slots[0].incident_id, slots[0].command
        is_able = np.array(
            [not names.isdisjoint(skills) and (command is None or command.reaches(body, path))
             for skills, body, path in self._kinds], dtype=bool,
        )  # fmt: skip
        if not is_able.any():
            return {}
        is_wanted = is_able[self._kind]
        is_wanted[self._on.get(incident_id, [])] = False
        able = np.flatnonzero(is_wanted)
        apart = self._places[able] - (at.lon, at.lat)
        apart[:, 0] *= np.cos(np.radians(at.lat))
        degrees = np.hypot(apart[:, 0], apart[:, 1])
        said: dict[str, AwayFew] = {}
        for code, reason in enumerate(self._reasons):
            of_it = np.flatnonzero(self._reason[able] == code)
            if of_it.size:
                first = able[of_it[nearest_few(degrees[of_it], NAMED_MAX)]]
                said[reason] = AwayFew(len(of_it), tuple(map(self._named, first.tolist())))
        return said

    def _named(self, place: int) -> Named:
        return Named(self._units[place].unit_id, self._units[place].call_sign)
