"""Levels: what areas may be, which stand above which, and in which layer each kind of them lies."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from beaconfire_contracts.refusals import Invalid

DIVISION: Final = "division"
"""The kind whose codes are paths of rights; areas of other kinds lie within them."""
CELL: Final = "cell"
"""The kind whose areas are the grid itself."""
LEVELS_MAX: Final = 32
"""Levels below each other, however many there are beside them. Countries and their grids have some
ten; a path of so many of the longest codes is still a key of the database (2,700 bytes)."""


class UnknownLevel(Invalid):
    """There is no such level."""


class UnknownKind(Invalid):
    """There is no such kind of levels."""


class OtherKind(Invalid):
    """An area's level is of another kind than this layer was said to hold."""


class Shape(StrEnum):
    """What an area of a level has on the map."""

    AREA = "area"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Kind:
    """What levels are for (divisions, cells, response areas, stations), and their usual layer."""

    code: str
    layer: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Level:
    """One level of areas; a parent's rank is smaller than that of what lies below it."""

    code: str
    kind: str
    rank: int
    name_zh: str
    name_en: str
    shape: Shape
    may_be_shapeless: bool = False


class Levels:
    """All levels of a deployment, by their code; any number of them, on 32 ranks at most."""

    def __init__(self, kinds: Iterable[Kind], levels: Iterable[Level]) -> None:
        """ValueError when a code stands twice, a level's kind is none or there are many ranks."""
        self.kinds = tuple(kinds)
        self.levels = tuple(sorted(levels, key=lambda one: (one.kind, one.rank, one.code)))
        self._kinds = {one.code: one for one in self.kinds}
        self._levels = {one.code: one for one in self.levels}
        if len(self._kinds) != len(self.kinds) or len(self._levels) != len(self.levels):
            raise ValueError("a code of the levels stands twice")
        lost = sorted({one.kind for one in self.levels} - set(self._kinds))
        if lost:
            raise ValueError(f"levels are of the kind {lost[0]}, which is none")
        ranks = len({one.rank for one in self.levels})
        if ranks > LEVELS_MAX:
            raise ValueError(f"{ranks} ranks below each other, {LEVELS_MAX} at most")

    def has(self, code: str) -> bool:
        """Whether there is such a level."""
        return code in self._levels

    def level(self, code: str) -> Level:
        """The level of a code; UnknownLevel else."""
        found = self._levels.get(code)
        if found is None:
            raise UnknownLevel(f"{code} is no level")
        return found

    def by_code(self) -> Mapping[str, Level]:
        """All levels by their codes."""
        return self._levels

    def beside(self, code: str) -> tuple[str, ...]:
        """The other levels of the same kind, the smallest areas first: cells of other kinds."""
        own = self._levels.get(code)
        return tuple(
            one.code
            for one in reversed(self.levels)
            if own is not None and one.kind == own.kind and one is not own
        )

    def layer(self, level: Level) -> str:
        """In which layer areas of a level usually lie."""
        return self._kinds[level.kind].layer

    def side(self, code: str) -> str:
        """The name of all levels whose areas share one ground with those of this level.

        Divisions of one rank do (districts and counties of a city); cells of two kinds each have
        the whole ground, and so has every other level.
        """
        own = self._levels.get(code)
        return code if own is None or own.kind != DIVISION else f"{DIVISION} {own.rank}"

    def on_ground(self) -> frozenset[str]:
        """Those whose areas lie on the ground that divisions and cells make."""
        return frozenset(one.code for one in self.levels if one.kind not in (DIVISION, CELL))

    def highest(self, codes: Collection[str]) -> dict[str, Level]:
        """Of some levels the highest, by the layer in which they usually lie."""
        upwards = sorted(self.levels, key=lambda one: -one.rank)
        return {self.layer(one): one for one in upwards if one.code in codes}

    def kind(self, code: str) -> Kind:
        """The kind of a code; UnknownKind else."""
        found = self._kinds.get(code)
        if found is None:
            raise UnknownKind(f"{code} is no kind: {', '.join(self._kinds)}")
        return found
