"""What the first alarm asks for: one table type → capabilities and counts, data not code."""

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
    """What is asked for and not yet on the way; each unit fills one line, scarcest lines first."""
    left = {need.capability: need.count for need in needs}
    for capabilities in sorted(sent, key=len):
        for capability in sorted(left, key=lambda one: (left[one], one)):
            if capability in capabilities and left[capability] > 0:
                left[capability] -= 1
                break
    return tuple(Need(name, count) for name, count in left.items() if count > 0)
