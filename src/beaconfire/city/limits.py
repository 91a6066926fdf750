"""Between what each number of a city lies: beyond it stands a slip of the unit, or no figure holds.

Nothing here bounds a real city; all together keep every time finite and every share comparable.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

SHOWN_MAX: Final = 40
"""Characters of what was told that a refusal repeats: it is one line."""


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most that a number may be, and of what (范围)."""

    least: float
    most: float
    unit: str = ""

    def __str__(self) -> str:
        """As a refusal says it."""
        return f"{self.least:.16g} to {self.most:.16g} {self.unit}".rstrip()

    def holds(self, number: float) -> bool:
        """Whether it is a number, and in between."""
        return self.least <= number <= self.most

    def read(self, name: str, told: Any) -> float:
        """What was told as a number in between; ValueError names it and says what it may be."""
        shown = str(told)[:SHOWN_MAX] if isinstance(told, str | int | float) else ""
        what = f"{name} {shown}".rstrip()
        try:
            number = float(told)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{what} is no number: {self}") from error
        except OverflowError:
            number = math.inf
        if not self.holds(number):
            raise ValueError(f"{what}: {self}")
        return number


DEGREES_LON: Final = Span(-180.0, 180.0, "degrees")
DEGREES_LAT: Final = Span(-90.0, 90.0, "degrees")
"""Elsewhere is nowhere on earth."""
NUMBER: Final = Span(-(2.0**53), 2.0**53)
"""Of a node, a station, a call: beyond it two numbers are read as one."""
YES_OR_NO: Final = Span(0.0, 1.0)
ARC_S: Final = Span(0.0, 86_400.0, "s")
"""A piece of road between two nodes; a day on it is minutes or milliseconds taken for seconds."""
ROADS_S: Final = Span(1.0, math.inf, "s")
"""All arcs of a mode together: modes are compared by them, which no time at all forbids."""
OFF_ROAD_KM: Final = Span(0.0, 1_000.0, "km")
"""Nobody is further from every road; metres taken for kilometres are."""
OFF_ROAD_KMH: Final = Span(0.1, 1_000.0, "km/h")
"""From crawling to flying; with the kilometres it keeps a way off the road within 14 months."""
CALL_S: Final = Span(0.0, 315_360_000.0, "s")
"""Ten years of calls in one repetition; seconds since 1970 are not counted from its beginning."""
SERVICE_S: Final = Span(0.0, 604_800.0, "s")
"""On scene, or handing over: a week holds the longest siege."""
TARGET_S: Final = Span(1.0, 604_800.0, "s")
"""A response, or what counts as covered: nobody comes within a second, and a week is no aim."""
DELAY_S: Final = Span(0.0, 86_400.0, "s")
"""From the call to the order to go; who waits a day for it is not dispatched."""
SHARE: Final = Span(0.0, 1e9)
"""Of calls: a probability, or how many calls there were."""
WEIGHT: Final = Span(0.0, 1e12)
"""Of a demand cell: a probability, calls, or people; a thousand times those on earth is a slip."""
TIMED_MIN: Final = Span(0.0, 1_440.0, "min")
"""From a station to a call: a day on the way is seconds taken for minutes."""
GAP_S: Final = Span(0.0, 31_536_000.0, "s")
"""Between two calls: a city without a call for a year needs no bench."""
ETA_NOISE: Final = Span(0.0, 5.0)
"""Sigma of a factor's logarithm; at 5 one time in three is wrong by a factor of 150."""
RETASK_S: Final = Span(0.0, 86_400.0, "s")
"""A crew that needs a day to turn round does not turn round."""


def line_of(told: Mapping[str, object]) -> str:
    """Figures as one line of JSON, which knows no NaN and no infinity: what is none is null."""
    return json.dumps({name: _known(one) for name, one in told.items()}, allow_nan=False)


def _known(told: object) -> object:
    return None if isinstance(told, float) and not math.isfinite(told) else told
