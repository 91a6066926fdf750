"""How incidents are answered, by priority, area and type: the exception goes before the rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.domain.run_card import areas_of, prefixes

LATE_S: Final = 180
"""A crew that has not arrived three minutes after it was expected is late: roads are not that
uncertain, and a desk still has the time to send another."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How one priority is answered, everywhere and always unless it names area or type (预案)."""

    priority: int
    mode: PolicyMode
    target_s: int
    acknowledge_s: int
    late_s: int = LATE_S
    area: str | None = None
    type: str | None = None
    may_divert_unasked: bool = False
    """Whether a crew under way may be turned round without a person (自动改派途中力量)."""


def choose(policies: Iterable[Policy], type_code: str | None, path: str | None) -> Policy:
    """Of one priority's: that of the smallest area, then that of the longest part of the type."""
    by_key = {(one.area, one.type): one for one in policies}
    for area in areas_of(path):
        for prefix in (*prefixes(type_code or ""), None):
            found = by_key.get((area, prefix))
            if found is not None:
                return found
    return by_key[None, None]
