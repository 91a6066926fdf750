"""The catalogue of hard maps: each is refused by its row and reason, and nothing of it is written.

The same rows are sent at once (`PUT`) and checked as an import is; both say the same.
"""

import copy
import json
import math
from pathlib import Path
from typing import Any

import httpx
import pytest

from beaconfire_contracts.refusals import Refusal
from beaconfire_geo.adapters.import_check import Asked, check
from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.entrypoints.layer_schemas import FeatureIn, preview_out
from beaconfire_testkit.grid import EAST, WEST, area, grid
from beaconfire_testkit.service import ServiceUnderTest

LEVELS = load_levels()
BOX = (174.7, -36.9, 174.71, -36.89)
Row = dict[str, Any]


def cell(*rings: Any, kind: str = "Polygon", code: str = "c9", parent: str | None = "akl") -> Row:
    """A cell of these coordinates."""
    found = copy.deepcopy(area(code, "cell", parent, BOX))
    found["geometry"] = {"type": kind, "coordinates": list(rings)}
    return found


def round_ring(corners: int) -> list[list[float]]:
    """A ring of so many positions, the last as the first."""
    turns = [2 * math.pi * (one % (corners - 1)) / (corners - 1) for one in range(corners)]
    return [
        [round(174.7 + math.cos(one) / 99, 7), round(-36.9 + math.sin(one) / 99, 7)]
        for one in turns
    ]


RING = [[174.7, -36.9], [174.71, -36.9], [174.71, -36.89], [174.7, -36.9]]
CATALOGUE: dict[str, tuple[list[Row], str, int, str]] = {
    "self-intersection": (
        [WEST, cell([RING[0], [174.72, -36.89], [174.71, -36.9], [174.7, -36.88], RING[0]])],
        "bad_area", 2, "Self-intersection",
    ),
    "10,001 vertices": ([cell(round_ring(10_001))], "bad_area", 1, "more than 10000 vertices"),
    "1,000,000 vertices of many rings": (
        [cell(*[round_ring(9_999)] * 101)], "bad_area", 1, "more than 10000 vertices",
    ),
    "over the antimeridian": (
        [cell([[179.9, -36.9], [-179.9, -36.9], [-179.9, -36.8], [179.9, -36.9]])],
        "bad_area", 1, "antimeridian",
    ),
    "round a pole": (
        [cell([[-180, 80], [0, 80], [180, 80], [180, 90], [-180, 90], [-180, 80]])],
        "bad_area", 1, "180 degrees",
    ),
    "somewhere else": (
        [cell([[10.0, 50.0], [10.1, 50.0], [10.1, 50.1], [10.0, 50.0]])],
        "outside_parent", 1, "outside akl",
    ),
    "swapped axes": (
        [cell([[one, other] for other, one in RING])], "bad_area", 1, "axes swapped",
    ),
    "swapped axes that could be degrees": (
        [cell([[31.0, 60.0], [31.1, 60.0], [31.1, 60.1], [31.0, 60.0]], parent="north")],
        "swapped_axes", 1, "axes swapped",
    ),
    "positions as text": ([cell([["174.7", "-36.9"], *RING[1:]])], "bad_area", 1, "numbers"),
    "positions that are null": ([cell([[None, -36.9], *RING[1:]])], "bad_area", 1, "numbers"),
    "a position of one number": ([cell([[174.7], *RING[1:]])], "bad_area", 1, "position"),
    "no position": ([cell([])], "bad_area", 1, "four positions"),
    "not closed": (
        [cell([*RING[:3], [174.7, -36.89]])], "bad_area", 1, "ends where it begins",
    ),
    "three positions": ([cell(RING[:3])], "bad_area", 1, "four positions"),
    "all in one place": ([cell([RING[0]] * 4)], "bad_area", 1, "empty"),
    "no ground": (
        [cell([[174.7, -36.9], [174.71, -36.9], [174.72, -36.9], [174.7, -36.9]])],
        "bad_area", 1, "empty",
    ),
    "a collection": ([cell(kind="GeometryCollection")], "invalid", 1, "Polygon"),
    "a line": ([cell(*RING, kind="LineString")], "invalid", 1, "Polygon"),
    "too small for a number": ([cell([[1e-320, -36.9], *RING[1:]])], "bad_area", 1, "too small"),
    "off the globe": ([cell([[374.7, -36.9], *RING[1:]])], "bad_area", 1, "no longitude"),
    "a code twice": ([WEST, EAST, WEST], "double_code", 3, "stands twice"),
    "a parent that is missing": ([WEST, cell(RING, parent="lost")], "unknown_parent", 2, "lost"),
    "a parent of its own level": (
        [WEST, cell(RING, parent="c1")], "parent_below", 2, "below a cell",
    ),
    "no shape": ([{**WEST, "geometry": None}], "bad_area", 1, "shape"),
}  # fmt: skip
NORTH = area("north", "city", None, (59.0, 30.0, 61.0, 32.0))


def whole(rows: list[Row]) -> dict[str, Any]:
    """A city with these rows, and another one far away below which some of them lie."""
    found = grid(*rows)
    found["features"].append(NORTH)
    return found


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_hard_row_is_named_with_its_reason_and_no_area_is_written(
    tmp_path: Path, name: str
) -> None:
    rows, code, row, reason = CATALOGUE[name]

    found = refused(tmp_path, json.dumps(whole(rows)))

    told = found.fields["rows"]
    assert isinstance(told, list)
    assert (told[0]["row"], found.code) == (row, code), found.fields
    assert reason in told[0]["detail"], told[0]
    assert not (tmp_path / "areas").exists()


async def test_the_same_rows_are_refused_at_once_and_nothing_is_written(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    for name, (rows, code, row, _) in CATALOGUE.items():
        answer = await keeper.put("/v1/layers/grid", json=whole(rows))

        told = answer.json()
        assert answer.status_code == 422, name
        if code != "invalid":  # a schema's refusals come with the errors of all that is sent
            assert (told["code"], told["rows"][0]["row"]) == (code, row), name
    assert await geo.ground.database.pool.fetchval("select count(*) from area") == 0


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_what_is_no_number_is_refused_by_its_row(tmp_path: Path, number: str) -> None:
    text = json.dumps(whole([cell(RING)])).replace("174.71", number)

    found = refused(tmp_path, text)

    assert found.code in {"unreadable_json", "unreadable_row"}


@pytest.mark.parametrize(
    ("crs", "code"),
    [("EPSG:2193", "wrong_crs"), ("GCJ-02", "wrong_crs"), ("the usual one", "unknown_crs")],
)
def test_coordinates_of_another_system_than_was_named_are_refused(
    tmp_path: Path, crs: str, code: str
) -> None:
    assert refused(tmp_path, json.dumps({**grid(WEST), "crs": None}), crs=crs).code == code


def test_what_an_import_has_far_outside_the_grid_is_refused_by_its_row(tmp_path: Path) -> None:
    school = area("s1", "school", None, BOX)
    school["geometry"] = {"type": "Point", "coordinates": [174.7, -36.9]}
    lost = copy.deepcopy(school)
    lost["properties"]["code"], lost["geometry"]["coordinates"] = "s2", [0.0, 0.0]
    text = json.dumps({**grid(), "features": [school, lost]})

    found = refused(tmp_path, text, ground=list(BOX))

    assert (found.code, found.pointer) == ("outside_grid", "/features/1/geometry")
    assert found.detail == "s2 lies outside the grid by more than 50 km"
    assert found_in(tmp_path, text).areas == 2


def test_an_empty_map_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, json.dumps({**grid(), "features": []})).pointer == "/features"


def test_forty_decimals_are_rounded(tmp_path: Path) -> None:
    text = json.dumps(whole([WEST])).replace("174.71", "174.7100000000000000000000000000000000001")

    assert found_in(tmp_path, text).areas == 3


def refused(
    folder: Path, text: str, crs: str = "WGS84", ground: list[float] | None = None
) -> Refusal:
    """Why a map is refused when it is checked as an import."""
    with pytest.raises(Refusal) as error:
        found_in(folder, text, crs, ground)
    return error.value


def found_in(folder: Path, text: str, crs: str = "WGS84", ground: list[float] | None = None) -> Any:
    """What a check finds in a map."""
    told = json.loads(text) if "NaN" not in text and "Infinity" not in text else None
    if told is not None and "1e400" not in text:
        text = json.dumps({name: one for name, one in told.items() if name != "crs"})
    else:
        text = text.replace('"crs": "EPSG:4326", ', "")
    (folder / "map").write_text(text, "utf-8")
    (folder / "before").write_bytes(b"")
    asked = Asked(
        str(folder / "map"),
        str(folder / "before"),
        str(folder / "areas"),
        "grid",
        crs,
        None,
        None,
        ground,
    )
    return check(asked, LEVELS, FeatureIn.model_validate, lambda one: preview_out(one).model_dump())
