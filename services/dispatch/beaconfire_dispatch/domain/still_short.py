"""What is asked for and not yet on the way, when who goes may be able to do several things."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from beaconfire_contracts.needs import Need


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's worth of a need, and the place of whoever fills it; nobody yet (需求行)."""

    need: Need
    filled_by: int | None


def still_short(needs: Sequence[Need], sent: Sequence[frozenset[str]]) -> tuple[Need, ...]:
    """What is asked for and not yet on the way: each unit fills one line, as many as can be."""
    if not sent:
        return tuple(needs)
    left = [0] * len(needs)
    for place, holder in _matched(needs, sent):
        left[place] += holder is None
    return tuple(
        replace(need, count=count) for need, count in zip(needs, left, strict=True) if count
    )


def lines_of(needs: Sequence[Need], sent: Sequence[frozenset[str]]) -> list[Line]:
    """Every line, with the unit that fills it; who comes first in `sent` always fills one that it
    can, whoever comes after it.
    """
    return [Line(needs[place], holder) for place, holder in _matched(needs, sent)]


def _matched(needs: Sequence[Need], sent: Sequence[frozenset[str]]) -> list[tuple[int, int | None]]:
    """The need of each line, and who fills it.

    A maximum matching by augmenting paths (Kuhn, 1955): who could do two things is counted for the
    one that nobody else on the way can do. Alternatives fill a line as its capability does.
    """
    lines = [place for place, need in enumerate(needs) for _ in range(need.count)]
    if not sent:
        return [(place, None) for place in lines]
    able = [[does(unit, needs[place]) for place in lines] for unit in sent]
    filled: dict[int, int] = {}
    for unit in range(len(sent)):
        _fill(unit, able, filled, set())
    return [(place, filled.get(number)) for number, place in enumerate(lines)]


def does(capabilities: frozenset[str], need: Need) -> bool:
    """Whether who can do this fills a line: by what is asked for or by one of its alternatives."""
    return need.capability in capabilities or not capabilities.isdisjoint(need.alternatives)


def _fill(unit: int, able: list[list[bool]], filled: dict[int, int], tried: set[int]) -> bool:
    """Find a line for a unit, moving others to lines that they could fill too."""
    for line, is_able in enumerate(able[unit]):
        if not is_able or line in tried:
            continue
        tried.add(line)
        if line not in filled or _fill(filled[line], able, filled, tried):
            filled[line] = unit
            return True
    return False
