"""Layers as they come in: shapes that can be used, hashes of what is on the map."""

import math
import time
from typing import Any, Final

import pytest
import shapely

from beaconfire_geo.adapters.layer_file import BadArea, Reading, areas_of, content_hash
from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.domain.levels import LEVELS_MAX, Kind, Level, Levels, Shape, UnknownLevel
from beaconfire_geo.entrypoints.layer_schemas import LayerIn
from beaconfire_testkit.grid import EAST, WEST, area, grid

TIMES_BARE_MAX: Final = 15
"""A tenth of a second for the bare shapes of a body is 1.5 s for the body, below the 2 s of S5; the
processor's time of both, since others may be busy beside a test and machines differ."""


def areas(body: dict[str, Any]) -> list[Any]:
    """The areas of a body as sent."""
    sent = LayerIn.model_validate(body)
    return areas_of(sent.features, Reading.of(sent.crs, load_levels(), sent.kind))


def test_the_same_map_in_another_order_has_the_same_hash() -> None:
    assert content_hash(areas(grid(WEST, EAST))) == content_hash(areas(grid(EAST, WEST)))


@pytest.mark.parametrize(
    "other",
    [
        area("c1", "cell", "akl", (174.7, -36.9, 174.7101, -36.89)),
        {**WEST, "properties": {**WEST["properties"], "name_en": "Other"}},
    ],
)
def test_another_shape_or_name_is_another_map(other: dict[str, Any]) -> None:
    assert content_hash(areas(grid(WEST))) != content_hash(areas(grid(other)))


def test_a_shape_that_crosses_itself_is_pointed_at() -> None:
    bow = area("c1", "cell", "akl", (174.7, -36.9, 174.71, -36.89))
    [ring] = bow["geometry"]["coordinates"]
    ring[1], ring[2] = ring[2], ring[1]

    with pytest.raises(BadArea) as refused:
        areas(grid(bow))

    assert refused.value.pointer == "/features/1/geometry"
    assert refused.value.fields["area"] == "c1"


def test_a_nested_map_of_thirteen_levels_and_more_is_read() -> None:
    kind = Kind("division", "grid", "区划", "divisions")
    levels = Levels(
        [kind], [Level(f"l{n}", "division", n, "级", "l", Shape.AREA) for n in range(LEVELS_MAX)]
    )
    nested = [
        area(f"d{n}", f"l{n}", f"d{n - 1}" if n else None, (174, -37, 176, -36))
        for n in range(LEVELS_MAX)
    ]
    sent = LayerIn.model_validate({**grid(), "features": nested})

    deepest = areas_of(sent.features, Reading.of(sent.crs, levels, None))[-1]

    assert deepest.path == ".".join(f"d{n}" for n in range(LEVELS_MAX))


def test_of_an_unknown_level_the_level_alone_is_wrong() -> None:
    point, place = area("s1", "statoin", None, (0, 0, 1, 1)), area("x", "cty", None, (0, 0, 1, 1))
    point["geometry"] = {"type": "Point", "coordinates": [174.7, -36.9]}

    with pytest.raises(UnknownLevel) as refused:
        areas({**grid(), "features": [point, place]})

    assert refused.value.fields["rows_wrong"] == 2


def star(vertices: int) -> dict[str, Any]:
    """A ring that crosses itself everywhere: nothing costs more to judge."""
    turn = 2 * math.pi * (vertices // 2) / vertices
    points = [
        [round(174.7 + math.cos(turn * one) / 9, 6), round(-36.9 + math.sin(turn * one) / 9, 6)]
        for one in range(vertices)
    ]
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def bare(shape: dict[str, Any], times: int) -> float:
    """Seconds of the processor that making and judging so many of these shapes takes by itself."""
    began = time.process_time()
    for _ in range(times):
        shapely.is_valid(shapely.polygons(shape["coordinates"][0]))
    return time.process_time() - began


def test_a_body_full_of_hostile_shapes_costs_what_its_first_shapes_cost() -> None:
    shape = star(9_997)
    cells = [{**area(f"c{one}", "cell", "akl", (0, 0, 1, 1)), "geometry": shape} for one in
             range(200)]  # fmt: skip
    sent = LayerIn.model_validate(grid(*cells))
    reading = Reading.of(sent.crs, load_levels(), None)
    bare_s = bare(shape, 11)
    began = time.process_time()

    with pytest.raises(BadArea) as refused:
        areas_of(sent.features, reading)

    assert time.process_time() - began < TIMES_BARE_MAX * bare_s
    wrong, let_be = (refused.value.fields[one] for one in ("rows_wrong", "rows_not_judged"))
    assert (wrong, let_be) == (11, 189)


def test_a_large_map_without_a_fault_is_read_in_time() -> None:
    points = [[174.7 + math.cos(one / 1_500) / 9, -36.9 + math.sin(one / 1_500) / 9]
              for one in range(9_400)]  # fmt: skip
    shape = {"type": "Polygon", "coordinates": [[*points, points[0]]]}
    cells = [{**area(f"c{one}", "cell", "akl", (0, 0, 1, 1)), "geometry": shape} for one in
             range(100)]  # fmt: skip
    sent = LayerIn.model_validate(grid(*cells))
    reading = Reading.of(sent.crs, load_levels(), None)
    bare_s = bare(shape, 100)
    began = time.process_time()

    assert len(areas_of(sent.features, reading)) == 101
    assert time.process_time() - began < TIMES_BARE_MAX * bare_s
