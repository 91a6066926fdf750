"""What a set of run cards must keep before it is in force; each breach names its place."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from beaconfire_contracts.needs import Need
from beaconfire_contracts.refusals import Invalid
from beaconfire_dispatch.domain.run_card import RunCard

CARDS_MAX: Final = 2_000
"""Cards of one body: forty types in fifty areas, and what one request of a megabyte holds."""
STEPS_MAX: Final = 10
"""Alarm levels: China counts five, American cities up to nine or ten."""
LINES_MAX: Final = 20
"""Lines of a step: what a person still reads as one card."""
COUNT_MAX: Final = 100
"""Units of one line: the largest fires of a metropolis had some hundred engines."""
ALTERNATIVES_MAX: Final = 5
"""Others that fill a line: more is a capability of its own."""

Line = tuple[str, tuple[str, ...], str | None]


class UnknownCapability(Invalid):
    """No unit has this capability, and no card that came with the build asks for it."""


class UnknownCardArea(Invalid):
    """The grid has no such area, nor is a response area called so: name it by its path or code."""


class EmptyCard(Invalid):
    """A card asks for somebody, or for a look by a grid worker."""


class StepAsksLess(Invalid):
    """A later alarm asks for all that the one before it asked for, and more."""


class SameCardTwice(Invalid):
    """Two cards are for the same area and type."""


class SameLineTwice(Invalid):
    """A step asks for the same in two lines: write one line with their sum."""


class AlternativeTwice(Invalid):
    """What fills a line stands in it once."""


def line_of(need: Need) -> Line:
    """What tells a line of a card from another, whatever it counts."""
    return (need.capability, need.alternatives, need.group)


def check_cards(
    cards: Sequence[RunCard],
    known: AbstractSet[str],
    unknown_areas: AbstractSet[str] = frozenset(),
) -> None:
    """Refuse what could not be followed, with a pointer to its place.

    `known`: capabilities that there are; `unknown_areas`: areas that there are not.
    """
    seen: set[object] = set()
    for number, card in enumerate(cards):
        at = f"/cards/{number}"
        if card.key in seen:
            raise SameCardTwice(pointer=at, area=card.area, type=card.type)
        seen.add(card.key)
        if card.area in unknown_areas:
            raise UnknownCardArea(pointer=f"{at}/area", area=card.area)
        _check_card(card, at, known)


def _check_card(card: RunCard, at: str, known: AbstractSet[str]) -> None:
    if not any(card.steps) and not card.verify:
        raise EmptyCard(pointer=at)
    before: Counter[Line] = Counter()
    for number, step in enumerate(card.steps):
        here = f"{at}/steps/{number}"
        asked = _check_step(step, here, known)
        if number and (asked == before or any(asked[one] < before[one] for one in before)):
            raise StepAsksLess(pointer=here)
        before = asked


def _check_step(step: Sequence[Need], at: str, known: AbstractSet[str]) -> Counter[Line]:
    asked: Counter[Line] = Counter()
    for number, need in enumerate(step):
        here = f"{at}/{number}"
        _check_names(need, here, known)
        if line_of(need) in asked:
            raise SameLineTwice(pointer=here)
        asked[line_of(need)] = need.count
    return asked


def _check_names(need: Need, at: str, known: AbstractSet[str]) -> None:
    if need.capability not in known:
        raise UnknownCapability(pointer=f"{at}/capability")
    filling = {need.capability}
    for number, name in enumerate(need.alternatives):
        if name not in known:
            raise UnknownCapability(pointer=f"{at}/alternatives/{number}")
        if name in filling:
            raise AlternativeTwice(pointer=f"{at}/alternatives/{number}")
        filling.add(name)
