"""How late a moment is, as a price from nothing to all, in whole numbers.

The logistic curve as a table. Its values are made with `decimal`, which is told to the last digit
(IEEE 854); those of `exp` are not, and one last digit is enough to send another unit on another
machine. Between two values it is a straight line, which is wrong by 1.3 millionths at most.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Final

import numpy as np

WHOLE: Final = 1_000_000
"""The price 1: all prices are counted in millionths."""
LATENESS_SCALE_S: Final = 25
"""How soon one is late after the limit: 73 % of the price so many seconds after it."""
_STEP_BITS: Final = 8
_STEP_MS: Final = 1 << _STEP_BITS
_STEPS: Final = 2_000
_REACH_MS: Final = _STEPS * _STEP_MS
"""512 s before the limit nothing is left of the price, 512 s after it all is paid."""


def _table() -> np.ndarray:
    """The curve at every step from long before the limit to long after it."""
    with localcontext(Context(prec=40, rounding=ROUND_HALF_EVEN)):
        shrinks = (Decimal(-_STEP_MS) / Decimal(LATENESS_SCALE_S * 1_000)).exp()
        left, after = Decimal(1), list[int]()
        for _ in range(_STEPS + 1):
            after.append(int((WHOLE / (1 + left)).to_integral_value()))
            left *= shrinks
    before = [WHOLE - one for one in reversed(after[1:])]
    return np.array([*before, *after], dtype=np.int64)


_TABLE: Final = _table()
_RISES: Final = np.append(np.diff(_TABLE), 0)


def milliseconds(seconds: np.ndarray) -> np.ndarray:
    """Whole milliseconds; what is not to be reached in any time has to be cut off before."""
    return np.rint(seconds * 1_000.0).astype(np.int64)


def lateness(late_ms: np.ndarray) -> np.ndarray:
    """The price in millionths, by how many milliseconds after the limit (before it: negative)."""
    place = np.clip(late_ms, -_REACH_MS, _REACH_MS) + _REACH_MS
    step = place >> _STEP_BITS
    return _TABLE[step] + ((_RISES[step] * (place & (_STEP_MS - 1))) >> _STEP_BITS)
