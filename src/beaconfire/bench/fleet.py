"""Ten thousand units that move: who they are, and what their gateways send second by second.

Each second a unit in twenty is out of reach; who comes back sends what it kept, newest first. Where
a unit is says which second it was, so that whoever draws it is held against what was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from beaconfire_platform.ids import new_id

UNITS: Final = 10_000
PER_GATEWAY: Final = 500
"""A partner's gateway tells all that it knows in one batch a second; a batch holds 1,000."""
AWAY_S: Final = 5
AWAY_EVERY_S: Final = 100
"""Of each hundred seconds a unit is out of reach for five."""
WEST: Final = 174.60
SOUTH: Final = -37.10
STEP_DEG: Final = 1e-5
"""A metre north a second."""
SECONDS_A_LEG: Final = 1_000
ROW: Final = 100
APART_DEG: Final = 0.003
"""Rows of a hundred units, some 300 m from one another: a square of 26 by 33 km."""
_ROW: Final = (
    '{"unit_id":"%s","lon":%.7f,"lat":%.7f,"observed_at":"%s","accuracy_m":%.1f,'
    '"heading_deg":0.0,"speed_mps":1.1}'
)
AT_ONCE_M: Final = 5.0
KEPT_M: Final = 9.0
"""The accuracy that is told of a fix that goes out at once, and of one that was kept: history shows
which was which."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one gateway sends in one second: its body, whose newest fix is in it, how many fixes."""

    body: bytes
    units: tuple[int, ...]
    fixes: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """Units by their number, when their first second began, and on which leg of their way."""

    unit_ids: Sequence[str]
    began_at: datetime
    leg: int = 0

    @classmethod
    def of(cls, units: int = UNITS) -> "Fleet":
        """New units, which set out now."""
        return cls([new_id() for _ in range(units)], datetime.now(UTC))

    def setting_out(self, in_s: float = 0.0) -> "Fleet":
        """The same units, which set out now or soon on their next leg, further north than ever."""
        began_at = datetime.now(UTC) + timedelta(seconds=in_s)
        return Fleet(self.unit_ids, began_at, self.leg + 1)

    @property
    def gateways(self) -> int:
        """How many send for them."""
        return -(-len(self.unit_ids) // PER_GATEWAY)

    def place(self, unit: int, second: int) -> tuple[float, float]:
        """Where a unit is in a second: a metre further north each."""
        row, column = divmod(unit, ROW)
        gone = self.leg * SECONDS_A_LEG + second
        return WEST + column * APART_DEG, SOUTH + row * APART_DEG + gone * STEP_DEG

    def seconds_at(self, units: np.ndarray, lats: np.ndarray) -> np.ndarray:
        """Which second of this leg each place is of; -1 for those of the legs before."""
        firsts = SOUTH + units // ROW * APART_DEG
        gone = np.rint((lats - firsts) / STEP_DEG).astype(int)
        return np.maximum(gone - self.leg * SECONDS_A_LEG, -1)

    def observed_at(self, second: int) -> datetime:
        """When."""
        return self.began_at + timedelta(seconds=second)

    def batch(self, gateway: int, second: int) -> Batch:
        """What a gateway sends in a second."""
        first = gateway * PER_GATEWAY
        units = range(first, min(first + PER_GATEWAY, len(self.unit_ids)))
        heard = tuple(one for one in units if not _is_away(one, second))
        told = [(one, at) for one in heard for at in _told(one, second)]
        moments = {at: self.observed_at(at).isoformat() for _, at in told}
        rows = ",".join(
            _ROW % (self.unit_ids[one], *self.place(one, at), moments[at],
                    AT_ONCE_M if at == second else KEPT_M)
            for one, at in told
        )  # fmt: skip
        return Batch(f'{{"fixes":[{rows}]}}'.encode(), heard, len(told))


def _is_away(unit: int, second: int) -> bool:
    return (unit + second) % AWAY_EVERY_S < AWAY_S and second >= AWAY_S


def _told(unit: int, second: int) -> range:
    """The seconds that a unit tells of in one, the newest first."""
    came_back = (unit + second) % AWAY_EVERY_S == AWAY_S and second >= 2 * AWAY_S
    return range(second, second - AWAY_S - 1 if came_back else second - 1, -1)
