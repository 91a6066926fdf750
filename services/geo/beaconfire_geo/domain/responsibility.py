"""Responsibility: whose cell a point is, and who stands above it; nobody's is no answer."""

from collections.abc import Callable
from dataclasses import dataclass

from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.placing import Found


@dataclass(frozen=True, slots=True)
class Responsibility:
    """The way up from the cell that answers for a point, nearest first; how far outside it lies."""

    upward: tuple[Area, ...]
    outside_m: float | None


def responsibility_of(found: Found, area: Callable[[str], Area | None]) -> Responsibility:
    """Who answers for what was found: outside every cell the nearest one, with all above it.

    Empty before the first grid alone: then it stays with whoever took the report.
    """
    code = found.cell or found.nearest_cell
    cell = None if code is None else area(code)
    if cell is None:
        return Responsibility((), None)
    above = (area(one) for one in reversed(cell.path.split(".")))
    return Responsibility(tuple(one for one in above if one is not None), found.nearest_distance_m)
