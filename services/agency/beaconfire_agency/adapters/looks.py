"""When a body that waits is looked at again, and how much is sent it at once then.

What a topic refused once it mostly refuses again: it is tried with one row, ever less often, so
that the others' round does not stand still for what is sent in vain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LOOK_AGAIN_S: Final = 5.0
"""How long after the first look the next begins: a person mends what is unfit."""
LOOK_AGAIN_S_MAX: Final = 60.0
"""Each look in vain doubles that up to here: so long may a body wait once its topic is mended."""


@dataclass(slots=True)
class _Look:
    at: float = float("-inf")
    in_vain: int = 0
    rows: int = 1


class Looks:
    """Of each body that waits; moments are the loop's, in seconds."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._looks: dict[str, _Look] = {}

    def forget(self) -> None:
        """Somebody else looks from now on."""
        self._looks.clear()

    def due(self, codes: Iterable[str], now: float) -> frozenset[str]:
        """Whose time has come; a body that was never looked at is looked at now."""
        return frozenset(code for code in codes if self._of(code).at <= now)

    def rows(self, code: str, rows_max: int) -> int:
        """So many rows are sent at once: one, and after each page that arrived twice its rows."""
        return min(self._of(code).rows, rows_max)

    def arrived(self, code: str, rows: int) -> None:
        """A page of so many rows arrived: the next may go at once."""
        self._looks[code] = _Look(rows=rows * 2)

    def in_vain(self, code: str, now: float) -> None:
        """Its topic is not fit."""
        last = self._of(code)
        wait_s = min(LOOK_AGAIN_S_MAX, LOOK_AGAIN_S * 2**last.in_vain)
        self._looks[code] = _Look(now + wait_s, last.in_vain + (wait_s < LOOK_AGAIN_S_MAX))

    def later(self, code: str, now: float) -> None:
        """Nothing was learnt of its topic."""
        last = self._of(code)
        self._looks[code] = _Look(now + LOOK_AGAIN_S, last.in_vain)

    def ended(self, code: str) -> None:
        """It waits no more."""
        self._looks.pop(code, None)

    def _of(self, code: str) -> _Look:
        return self._looks.get(code) or _Look()
