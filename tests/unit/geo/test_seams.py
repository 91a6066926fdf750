"""Gaps and overlaps among the areas of a layer, each family for itself, by codes."""

import time
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.adapters.seams import IMPORT, REQUEST, START_S_MAX, Patience, seams_of
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.seams import Seams
from beaconfire_spatial.sibling_worker import CPU_S_MAX

LEVELS = load_levels()


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

    found = await seams_of(areas, LEVELS)

    assert found.is_known
    assert [(one.code, one.other) for one in found.overlaps] == [("c1", "c2")]
    assert [(one.parent, one.level) for one in found.gaps] == [("a", "cell")]
    assert 0.02 < found.gaps[0].lon < 0.03


async def test_cells_of_two_districts_that_claim_one_ground_are_told() -> None:
    areas = [
        area("a", "city", box(0, 4)),
        area("a.q1", "district", box(0, 2)), area("a.q2", "district", box(2, 4)),
        area("a.q1.c1", "cell", box(0, 3)), area("a.q2.c2", "cell", box(2, 4)),
    ]  # fmt: skip

    found = await seams_of(areas, LEVELS)

    assert [(one.code, one.other) for one in found.overlaps] == [("c1", "c2")]
    assert [(one.code, one.parent, one.share) for one in found.outside] == [("c1", "q1", 0.3333)]
    assert 0.02 < found.outside[0].lon < 0.03
    assert (found.counts.overlaps, found.counts.gaps, found.counts.outside) == (1, 0, 1)


async def test_a_district_without_any_cell_beside_one_that_has_some_is_a_gap() -> None:
    areas = [
        area("a", "city", box(0, 6)),
        area("a.q1", "district", box(0, 2)), area("a.q2", "district", box(2, 4)),
        area("a.q3", "county", box(4, 6)), area("a.q3.t", "township", box(4, 6)),
        area("a.q1.c1", "cell", box(0, 2)), area("a.q3.t.c3", "cell", box(4, 6)),
    ]  # fmt: skip

    found = await seams_of(areas, LEVELS)

    below = [(one.parent, one.level) for one in found.gaps]
    assert below.count(("q2", "cell")) == 1
    assert ("q3", "cell") not in below
    assert ("a", "district") not in below  # a county covers what districts do not


async def test_cells_and_the_townships_that_have_some_cover_a_district_together() -> None:
    areas = [
        area("q", "district", box(0, 3)), area("q.c1", "cell", box(0, 1)),
        area("q.t", "township", box(1, 3)), area("q.t.c2", "cell", box(1, 2)),
    ]  # fmt: skip

    found = await seams_of(areas, LEVELS)

    assert [(one.parent, one.level) for one in found.gaps if one.level == "cell"] == [("t", "cell")]


async def test_a_cell_in_the_notch_of_its_parent_lies_outside_it_whole() -> None:
    notched = shapely.union_all([box(0, 1), shapely.box(0, 0, 0.03, 0.004)])
    areas = [
        area("q", "district", notched),
        area("q.c", "cell", shapely.box(0.02, 0.006, 0.03, 0.01)),
    ]

    found = await seams_of(areas, LEVELS)

    assert [(one.code, one.share) for one in found.outside] == [("c", 1.0)]


async def test_cells_of_two_kinds_each_have_the_whole_ground() -> None:
    areas = [
        area("q", "district", box(0, 2)),
        area("q.c1", "community_cell", box(0, 2)), area("q.d1", "duty_cell", box(0, 2)),
    ]  # fmt: skip

    assert await seams_of(areas, LEVELS) == Seams(is_known=True)


async def test_codes_without_boundaries_and_points_have_no_seams() -> None:
    areas = [area("a", "province", None), area("s", "station", shapely.Point(1, 1))]

    assert await seams_of(areas, LEVELS) == Seams(is_known=True)


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
    await seams_of([area("a", "cell", box(0, 1))], LEVELS)
    started_s = time.monotonic() - began
    began = time.monotonic()

    found = await seams_of(hostile, LEVELS)

    assert not found.is_known
    assert time.monotonic() - began < 3 * started_s + REQUEST.wait_s  # given up, and ended
    assert REQUEST.wait_s < 2 < REQUEST.wait_s + START_S_MAX < 6


async def test_a_city_of_ten_thousand_fine_cells_is_judged_whole() -> None:
    side, step = 100, 0.001
    corners = np.stack(np.meshgrid(*[np.arange(side + 1)] * 2, indexing="ij"), -1) * step
    corners += np.random.default_rng(7).uniform(-0.3, 0.3, corners.shape) * step
    rings = np.stack([corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]], 2)
    shapes: Any = shapely.polygons(rings.reshape(-1, 4, 2))
    cells = [area(f"q.c{n}", "cell", one) for n, one in enumerate(shapes)]
    cells[99] = area("q.c99", "cell", shapes[100])

    found = await seams_of(
        [area("q", "district", shapely.box(-1, -1, 1, 1)), *cells], LEVELS, IMPORT
    )

    assert [(one.code, one.other) for one in found.overlaps] == [("c99", "c100")]


async def test_whoever_has_more_time_is_told_what_a_request_leaves_unknown() -> None:
    areas = [area("a", "cell", box(0, 2)), area("b", "cell", box(1, 3))]

    hurried = await seams_of(areas, LEVELS, Patience(cpu_s=0.01, wait_s=IMPORT.wait_s))
    patient = await seams_of(areas, LEVELS, IMPORT)

    assert not hurried.is_known
    assert [(one.code, one.other) for one in patient.overlaps] == [("a", "b")]
    assert IMPORT.cpu_s > 10 * CPU_S_MAX
