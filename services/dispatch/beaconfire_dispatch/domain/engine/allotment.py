"""How many decisions anew the reasons of one advice may take, counted and never by the clock."""

from dataclasses import dataclass
from typing import Final

WEIGHED_MAX: Final = 2_000_000
"""Pairs that all decisions anew of one advice may weigh together: some 200 ms. The most urgent
incidents are explained first; whoever comes after has units and times now and the rest of the
reasons in a later round."""
WEIGHED_LEAST: Final = 4_000
"""What the smallest decision takes, in pairs: its arrays are made all the same."""


@dataclass(slots=True)
class Allotment:
    """What is left for decisions anew in one advice, in pairs (余量)."""

    left: int = WEIGHED_MAX
    refused: int = 0

    def allows(self) -> bool:
        """Whether one more may be made; each that may not is counted."""
        if self.left > 0:
            return True
        self.refused += 1
        return False

    def spend(self, weighed: int) -> None:
        """One was made that weighed so many pairs."""
        self.left -= max(weighed, WEIGHED_LEAST)
