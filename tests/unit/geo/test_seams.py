"""Gaps and overlaps among the areas of a layer, each family for itself, by codes."""

import time

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from beaconfire_geo.adapters.seams import IMPORT, WORKER_S_MAX, Patience, seams_of
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.seams import Seams
from beaconfire_spatial.sibling_worker import CPU_S_MAX


def area(path: str, level: str, shape: BaseGeometry | None) -> Area:
    """An area by its path."""
    return Area(path.rpartition(".")[2], level, path, "区", "Area", shape)


def box(west: float, east: float) -> Polygon:
    """A strip of a hundredth of a degree."""
    return shapely.box(west / 100, 0, east / 100, 0.01)


async def test_an_overlap_and_a_gap_are_told_by_codes_and_parent() -> None:
    areas = [
        area("a", "district", box(0, 4)),
        area("a.c1", "cell", box(0, 1.5)), area("a.c2", "cell", box(1, 2)),
        area("a.c3", "cell", box(3, 4)),
        area("b", "district", box(4, 5)), area("b.c4", "cell", box(4, 5)),
    ]  # fmt: skip

    found = await seams_of(areas)

    assert found.is_known
    assert [(one.code, one.other) for one in found.overlaps] == [("c1", "c2")]
    assert [(one.parent, one.level) for one in found.gaps] == [("a", "cell")]
    assert 0.02 < found.gaps[0].lon < 0.03


async def test_codes_without_boundaries_and_points_have_no_seams() -> None:
    areas = [area("a", "province", None), area("s", "station", shapely.Point(1, 1))]

    assert await seams_of(areas) == Seams(is_known=True)


async def test_shapes_that_would_take_minutes_are_let_be_in_time() -> None:
    def comb(*, turned: bool) -> Polygon:
        teeth = 1_200
        points = [(0.0, 0.0)]
        for tooth in range(teeth):
            left = tooth / teeth
            right = left + 0.4 / teeth
            points += [(left, 1.0), (right, 1.0), (right, 0.01), (left + 1 / teeth, 0.01)]
        points += [(1.0, 0.0)]
        return Polygon([(y, x) if turned else (x, y) for x, y in points])

    hostile = [area("a", "cell", comb(turned=False)), area("b", "cell", comb(turned=True))]
    began = time.monotonic()

    found = await seams_of(hostile)

    assert not found.is_known
    assert time.monotonic() - began < 2 * WORKER_S_MAX  # let be, and ended


async def test_whoever_has_more_time_is_told_what_a_request_leaves_unknown() -> None:
    areas = [area("a", "cell", box(0, 2)), area("b", "cell", box(1, 3))]

    hurried = await seams_of(areas, Patience(cpu_s=0.01, wait_s=IMPORT.wait_s))
    patient = await seams_of(areas, IMPORT)

    assert not hurried.is_known
    assert [(one.code, one.other) for one in patient.overlaps] == [("a", "b")]
    assert IMPORT.cpu_s > 10 * CPU_S_MAX
