"""Whose units may be proposed for what: whoever answers for an incident orders their own units and
those of the divisions below. Units of anybody else are asked for, not sent (`domain/aid.py`).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True, slots=True)
class Command:
    """Who answers for an incident, and down from which division their orders reach (指挥范围)."""

    body: str
    division: str | None = None
    """None: their own units alone."""
    below: frozenset[str] = frozenset()
    """Bodies whose units they order wherever those stand."""

    def reaches(self, body: str | None, path: str | None) -> bool:
        """Whether they may order a unit of this body that stands for this division."""
        if body == self.body or body in self.below:
            return True
        if self.division is None or path is None:
            return False
        return f"{path}.".startswith(f"{self.division}.")


class Commanded(Protocol):
    """A slot or whatever else somebody answers for (受指挥项)."""

    @property
    def command(self) -> Command | None: ...


class Banded(Protocol):
    """Units in columns, by whose they are and what they stand for (编成列)."""

    @property
    def band(self) -> np.ndarray: ...
    @property
    def bands(self) -> tuple[tuple[str | None, str | None], ...]: ...


def commanded(fleet: Banded, command: Command | None) -> np.ndarray:
    """By unit: whether who answers may order it; everybody where nobody is known to answer."""
    if command is None:
        return np.ones(len(fleet.band), dtype=bool)
    return np.array([command.reaches(*one) for one in fleet.bands], dtype=bool)[fleet.band]


def commanded_pairs(
    slots: tuple[Commanded, ...], fleet: Banded, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """The same for slots `rows` and units `columns`, two arrays that broadcast."""
    number: dict[Command | None, int] = {}
    of = np.array([number.setdefault(one.command, len(number)) for one in slots])
    if number.keys() <= {None}:
        return np.ones(np.broadcast_shapes(rows.shape, columns.shape), dtype=bool)
    table = np.array([commanded(fleet, one) for one in number])
    return table[of[rows], columns]
