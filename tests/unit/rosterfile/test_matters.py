"""Rows of matters in either language, each wrong one told by its number."""

from pathlib import Path

import pytest

from beaconfire.mapfile.rows import BadFile, BadRows
from beaconfire.rosterfile.matters import read_matters_file


def _a_file(folder: Path, text: str) -> Path:
    file = folder / "matters.csv"
    file.write_text(text, "utf-8")
    return file


def test_rows_are_read_in_either_language(tmp_path: Path) -> None:
    rows = [{"type": "fire", "area": "akl", "body": "akl-fire"}]

    english = read_matters_file(_a_file(tmp_path, "type,area,body\nfire,akl,akl-fire\n"))
    chinese = read_matters_file(_a_file(tmp_path, "机构,类型,区域\nakl-fire,fire,akl\n"))

    assert english == chinese == rows


def test_wrong_rows_and_wrong_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadRows) as refused:
        read_matters_file(_a_file(tmp_path, "type,area,body\nfire,akl\nfire,,akl-fire\n"))
    with pytest.raises(BadFile, match="no_rows"):
        read_matters_file(_a_file(tmp_path, "type,area,body\n"))
    with pytest.raises(BadFile, match="column_missing"):
        read_matters_file(_a_file(tmp_path, "type,area\nfire,akl\n"))

    assert [(one.row, one.code) for one in refused.value.rows] == [
        (1, "uneven_row"), (2, "field_missing"),
    ]  # fmt: skip
