"""What the first alarm asks for: one table type → capabilities and counts, data not code."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from beaconfire_contracts.facts.dispatch import Need


@dataclass(frozen=True, slots=True)
class FirstAlarm:
    """What one type asks for, how far others keep away, if a grid worker looks (首批力量)."""

    needs: tuple[Need, ...]
    stand_off_m: float
    verify: bool


NOTHING = FirstAlarm((), 0.0, verify=False)
"""Nobody knows what it is yet: a desk may send whom it likes, nothing is proposed."""


@dataclass(frozen=True, slots=True)
class FirstAlarms:
    """The table; the longest matching prefix of a dotted code decides (等级调派)."""

    by_code: Mapping[str, FirstAlarm]

    def of(self, type_code: str | None) -> FirstAlarm:
        """What a type asks for; nothing for a type that is not known."""
        parts = [] if type_code is None else type_code.split(".")
        for length in range(len(parts), 0, -1):
            found = self.by_code.get(".".join(parts[:length]))
            if found is not None:
                return found
        return NOTHING


def still_short(needs: Sequence[Need], sent: Sequence[frozenset[str]]) -> tuple[Need, ...]:
    """What is asked for and not yet on the way: each unit fills one line, as many as can be.

    A maximum matching by augmenting paths (Kuhn, 1955): who could do two things is counted for the
    one that nobody else on the way can do.
    """
    if not sent:
        return tuple(needs)
    lines = [need.capability for need in needs for _ in range(need.count)]
    filled: dict[int, int] = {}
    for unit in range(len(sent)):
        _fill(unit, lines, sent, filled, set())
    left = Counter(name for place, name in enumerate(lines) if place not in filled)
    return tuple(
        Need(need.capability, left[need.capability]) for need in needs if left[need.capability]
    )


def _fill(
    unit: int,
    lines: Sequence[str],
    sent: Sequence[frozenset[str]],
    filled: dict[int, int],
    tried: set[int],
) -> bool:
    """Find a line for a unit, moving others to lines that they could fill too."""
    for place, name in enumerate(lines):
        if name not in sent[unit] or place in tried:
            continue
        tried.add(place)
        if place not in filled or _fill(filled[place], lines, sent, filled, tried):
            filled[place] = unit
            return True
    return False
