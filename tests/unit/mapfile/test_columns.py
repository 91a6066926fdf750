"""Which column is what is data: three levels of a real city out of one flat file."""

from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest
import shapely
from shapely.geometry import shape

from beaconfire.mapfile.columns import Above, Columns, features_of
from beaconfire.mapfile.reading import read_map_file
from beaconfire.mapfile.rows import BadFile, BadRows, MapRow

DATA: Final = Path(__file__).parent / "data"
RIO: Final = """
level = "neighbourhood"
code = "CODBAIRRO"
code_prefix = "b"
name_zh = "NOME"
name_en = "NOME"

[[above]]
level = "planning_area"
code = "AREA_PLANE"
code_prefix = "ap"

[[above]]
level = "administrative_region"
code = "CODRA"
code_prefix = "ra"
name_en = "REGIAO_ADM"
"""


def row(geometry: dict[str, Any] | None = None, **values: Any) -> MapRow:
    """One row."""
    return MapRow(values, geometry)


def test_rios_three_levels_come_out_of_one_flat_file(tmp_path: Path) -> None:
    (tmp_path / "rio.toml").write_text(RIO, "utf-8")
    found = read_map_file(DATA / "rio_neighbourhoods.geojson.gz")

    features = features_of(found.rows, Columns.load(tmp_path / "rio.toml"))

    told = [one["properties"] for one in features]
    assert Counter(one["level"] for one in told) == {
        "neighbourhood": 160, "administrative_region": 33, "planning_area": 5,
    }  # fmt: skip
    parents = {one["code"]: one["parent"] for one in told}
    assert parents["b13"] == "ra21"
    assert parents["ra21"] == "ap1"
    assert parents["ap1"] is None
    shapes = {one["properties"]["code"]: shape(one["geometry"]) for one in features}
    tops = shapely.union_all([shapes[f"ap{number}"] for number in range(1, 6)])
    leaves = shapely.union_all([one for code, one in shapes.items() if code.startswith("b")])
    assert tops.symmetric_difference(leaves).area < leaves.area / 1_000


def test_whole_numbers_have_no_point_and_names_stand_in_for_each_other() -> None:
    [one] = features_of([row(code=13, name_en="Gate", parent="")], Columns(level="city"))

    assert one["properties"] == {
        "code": "13", "level": "city", "parent": None, "name_zh": "Gate", "name_en": "Gate",
    }  # fmt: skip


def test_every_row_that_does_not_fit_is_named() -> None:
    rows = [
        row(code="a"),
        row(),
        row(code="a b"),
        row(code="x" * 65),
        row(code="e", name_zh="\x00"),
    ]

    with pytest.raises(BadRows) as refused:
        features_of(rows, Columns(level="city"))

    assert [one.row for one in refused.value.rows] == [2, 3, 4, 5]
    assert refused.value.rows[0].detail == "has nothing in the column code"
    assert "properties.code" in refused.value.rows[1].detail


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (Columns(level="city"), "there is no column code: the file has NOME, CODRA; which of them"),
        (Columns(code="CODRA", level="city", name_en="NAME"), "there is no column NAME:"),
        (Columns(code="CODRA", level="city", above=(Above(level="x", code="AP"),)), "column AP:"),
        (Columns(code="CODRA"), "nothing says which level its rows have: --level"),
    ],
)
def test_a_column_that_is_not_there_is_refused_once_with_those_that_are(
    columns: Columns, said: str
) -> None:
    with pytest.raises(BadFile) as refused:
        features_of([row(NOME="a"), row(NOME="b", CODRA="21")], columns)

    assert said in str(refused.value)


def test_rows_that_say_otherwise_of_what_is_above_them_are_named() -> None:
    columns = Columns(
        level="cell",
        above=(Above(level="city", code="city"), Above(level="district", code="d", name_zh="n")),
    )
    rows = [
        row(code="a", city="x", d="1", n="东"), row(code="b", city="x", d="1", n="西"),
        row(code="c", city="y", d="1", n="东"),
    ]  # fmt: skip

    with pytest.raises(BadRows) as refused:
        features_of(rows, columns)

    assert [(one.row, one.code) for one in refused.value.rows] == [
        (2, "contradiction"), (3, "contradiction"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["x =", "codes = 'a'", "code = 3", "[[above]]\nlevel = 'city'"])
def test_a_file_of_columns_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.toml").write_text(text, "utf-8")

    with pytest.raises(BadFile, match="bad_columns"):
        Columns.load(tmp_path / "c.toml")


def test_whose_a_station_is_says_its_row_and_else_the_whole_file() -> None:
    rows = [
        row({"type": "Point", "coordinates": [1, 2]}, code=code, level="station", body=body)
        for code, body in (("s1", "fire"), ("s2", None))
    ]

    by_row = [one["properties"].get("body") for one in features_of(rows, Columns())]
    of_all = features_of(rows, Columns.load(None, of_body="aid"))

    assert by_row == ["fire", None]
    assert [one["properties"]["body"] for one in of_all] == ["fire", "aid"]
