"""Run cards: response area × type × alarm level → what is asked for, in order. Data, not code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.needs import Need, RunCardNamed
from beaconfire_contracts.places import UNPLACED

Key = tuple[str | None, str]
"""The area, None for everywhere, and the type."""


@dataclass(frozen=True, slots=True)
class RunCard:
    """What one type asks for in one area, alarm by alarm, and how near others come (出动方案).

    Each step is all that is asked for by then, so a later one never asks for less. `stand_off_m`:
    nobody unprotected comes nearer; `verify`: a grid worker looks, in parallel.
    """

    type: str
    steps: tuple[tuple[Need, ...], ...]
    area: str | None = None
    stand_off_m: float = 0.0
    verify: bool = False

    @property
    def key(self) -> Key:
        """What no other card of the same version has."""
        return (self.area, self.type)

    @property
    def levels(self) -> int:
        """How many alarms can be struck; none where nobody is asked for at all."""
        return len(self.steps) if any(self.steps) else 0

    def at(self, level: int) -> tuple[Need, ...]:
        """All that this alarm level asks for; the last step where the card ends before it."""
        return self.steps[min(level, len(self.steps)) - 1]


NOTHING = RunCard("", ((),))
"""Nobody knows what it is yet: a desk may send whom it likes, nothing is proposed."""


@dataclass(frozen=True, slots=True)
class RunCards:
    """All cards of a body in one version (方案集); version 0 of no body is what a build carries.

    `behind`: the set that answers what this one leaves out.
    """

    body: BodyId | None
    version: int
    by_key: Mapping[Key, RunCard]
    behind: "RunCards | None" = None

    @classmethod
    def of_cards(
        cls,
        body: BodyId | None,
        version: int,
        cards: Iterable[RunCard],
        behind: "RunCards | None" = None,
    ) -> "RunCards":
        """The cards by their keys."""
        return cls(body, version, {one.key: one for one in cards}, behind)

    def choose(self, type_code: str | None, path: str | None) -> RunCard:
        """The card of the smallest area that holds the path, then of the longest part of the type.

        Any card of this set goes before those behind it; NOTHING where none is for it.
        """
        return self.choose_in(type_code, tuple(areas_of(path)))

    def choose_in(self, type_code: str | None, areas: Sequence[str | None]) -> RunCard:
        """The same of areas by all their names in their order, None for everywhere."""
        if type_code is None:
            return NOTHING
        found = self._own(type_code, areas)
        if found is NOTHING and self.behind is not None:
            return self.behind.choose_in(type_code, areas)
        return found

    def _own(self, type_code: str, areas: Sequence[str | None]) -> RunCard:
        for area in areas:
            for prefix in prefixes(type_code):
                found = self.by_key.get((area, prefix))
                if found is not None:
                    return found
        return NOTHING

    def named(self, card: RunCard) -> RunCardNamed | None:
        """How facts name a card that was chosen here, in the set it stands in; None for NOTHING."""
        if card is NOTHING:
            return None
        if self.behind is not None and self.by_key.get(card.key) != card:
            return self.behind.named(card)
        return RunCardNamed(self.body, self.version, card.area, card.type)

    def still_behind(self) -> tuple[str, ...]:
        """Types of the set behind that no card of this one answers everywhere; none without it."""
        if self.behind is None:
            return ()
        types = dict.fromkeys(one.type for one in self.behind.by_key.values())
        return tuple(one for one in types if self._own(one, (None,)) is NOTHING)


def areas_of(path: str | None) -> Iterator[str | None]:
    """What a card that holds for a path may call its area: the smallest first, then everywhere.

    An area is named by its path or by its own code; of one level the path, being exact, is first.
    """
    if path is not None and path != UNPLACED:
        for prefix in prefixes(path):
            yield from _names(prefix)
    yield None


def areas_around(
    path: str | None,
    also_in: Iterable[str],
    response_areas: Iterable[str],
    division: str | None,
) -> Iterator[str | None]:
    """The same where more than divisions hold it: its cell, its cells of other kinds, then its
    response areas, the smallest first, then the divisions above its cell from below.

    A cell is the smallest ground that anybody answers for; a response area is drawn for run cards,
    a division is not. Outside every cell it is the division of whoever received it.
    """
    above = division
    if path is not None and path != UNPLACED:
        yield from _names(path)
        above = path.rpartition(".")[0]
    for cell in also_in:
        yield from _names(cell)
    yield from response_areas
    yield from areas_of(above or None)


def _names(path: str) -> Iterator[str]:
    yield path
    if "." in path:
        yield path.rpartition(".")[2]


def prefixes(code: str) -> Iterator[str]:
    """A dotted code, then without its last part, until the first part alone."""
    while code:
        yield code
        code = code.rpartition(".")[0]
