"""The units of a picture in columns: each is walked over once, however many prices are asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from beaconfire_dispatch.domain.engine.lateness import milliseconds


class Entry(Protocol):
    """What a column is made of: a unit as the picture holds it (力量项)."""

    @property
    def unit_id(self) -> str: ...
    @property
    def capabilities(self) -> frozenset[str]: ...
    @property
    def idle_since_s(self) -> float: ...
    @property
    def mobilise_s(self) -> float: ...
    @property
    def answering(self) -> int | None: ...
    @property
    def is_bound(self) -> bool: ...
    @property
    def path(self) -> str | None: ...
    @property
    def pinned_to(self) -> str | None: ...
    @property
    def body(self) -> str | None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """One entry a unit, in the order of the picture (力量列)."""

    place: dict[str, int]
    """By unit id."""
    mobilise_ms: np.ndarray
    ranks: np.ndarray
    """Who was sent longest ago comes first, then the lower id."""
    answering: np.ndarray
    """The priority of what it is under way to; 0 where it is free."""
    is_bound: np.ndarray
    is_kept: np.ndarray
    """Whether a desk keeps it for an incident."""
    kind: np.ndarray
    skills: tuple[frozenset[str], ...]
    """What units of each kind can do."""
    home: np.ndarray
    homes: tuple[tuple[str, ...], ...]
    """The division paths that units stand for, in parts; none for who stands for nothing."""
    band: np.ndarray
    bands: tuple[tuple[str | None, str | None], ...]
    """Whose units are, with the path that they stand for."""

    @property
    def spare(self) -> np.ndarray:
        """How many things each can do beside one."""
        return np.array([len(one) - 1 for one in self.skills], dtype=np.int64)[self.kind]

    @property
    def is_anybody_under_way(self) -> bool:
        """Whether anybody would have to be turned round."""
        return bool(self.answering.any())

    def can(self, name: str) -> np.ndarray:
        """Who can do something."""
        return np.array([name in one for one in self.skills], dtype=bool)[self.kind]

    def steps(self, names: Sequence[str]) -> np.ndarray:
        """By which of these names each fills a line: the first that it can do; -1 by none."""
        found = np.full(len(self.kind), -1, dtype=np.int64)
        for step, name in reversed(list(enumerate(names))):
            found[self.can(name)] = step
        return found


def fleet_of(units: Sequence[Entry]) -> Fleet:
    """The columns of these units."""
    kinds: dict[frozenset[str], int] = {}
    homes: dict[str, int] = {}
    bands: dict[tuple[str | None, str | None], int] = {}
    idle_s = np.array([one.idle_since_s for one in units])
    return Fleet(
        {one.unit_id: at for at, one in enumerate(units)},
        milliseconds(np.array([one.mobilise_s for one in units])),
        _ranks([one.unit_id for one in units], idle_s),
        np.array([one.answering or 0 for one in units], dtype=np.int64),
        np.array([one.is_bound for one in units], dtype=bool),
        np.array([one.pinned_to is not None for one in units], dtype=bool),
        np.array([kinds.setdefault(one.capabilities, len(kinds)) for one in units], dtype=np.int64),
        tuple(kinds),
        np.array([homes.setdefault(one.path or "", len(homes)) for one in units], dtype=np.int64),
        tuple(tuple(one.split(".")) if one else () for one in homes),
        np.array([bands.setdefault((one.body, one.path), len(bands)) for one in units], np.int64),
        tuple(bands),
    )


def _ranks(names: Sequence[str], idle_s: np.ndarray) -> np.ndarray:
    """The place of each when who was sent longest ago comes first, then the lower id."""
    by_id = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    order = by_id[np.argsort(-idle_s[by_id], kind="stable")] if len(names) else by_id
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[order] = np.arange(len(names))
    return ranks
