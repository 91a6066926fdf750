"""What people read of an import: rows by their number, changes sort by sort, ten of each."""

from typing import Any

from beaconfire.commands.import_told import bad_rows, followed, previewed, refused, released
from beaconfire.mapfile.rows import BadRow, BadRows
from beaconfire.simulation.api import Refused

PREVIEW: dict[str, Any] = {
    "layer": {"version": 3, "areas": 9}, "areas": 21, "seams_known": True,
    "counts": {
        "added": 14, "removed": 1, "moved": 1, "redrawn": 2, "renamed": 1, "overlaps": 1, "gaps": 2,
        "outside": 1,
        "unchanged": 3, "stations": 12, "stations_new": 9, "stations_changed": 1,
        "stations_same": 1, "stations_left_out": 1,
    },
    "stations": [
        {"row": row, "code": f"s{row}", "change": "new", "body": "fire", "body_zh": "消防",
         "body_en": "Fire"} for row in range(9)
    ] + [{"row": None, "code": "s9", "change": "left_out", "body": None, "body_zh": "",
          "body_en": ""}],
    "added": [f"c{one}" for one in range(14)], "removed": ["x"],
    "moved": [{"code": "a", "was": "t.a", "path": "u.a"}],
    "redrawn": [{"code": "b", "moved_m": 1234.5}, {"code": "d", "moved_m": None}],
    "renamed": [{"code": "c", "was_zh": "旧", "was_en": "Old", "name_zh": "新", "name_en": "New"}],
    "overlaps": [{"code": "a", "other": "b", "area_m2": 5000.0, "lon": 1.0, "lat": 2.0}],
    "gaps": [
        {"parent": "t", "level": "cell", "area_m2": 700.0, "lon": 1.0, "lat": 2.0},
        {"parent": None, "level": "cell", "area_m2": 600.0, "lon": 1.0, "lat": 2.0},
    ],
    "outside": [
        {"code": "c", "parent": "q", "area_m2": 800.0, "share": 0.3333, "lon": 1.0, "lat": 2.0},
    ],
}  # fmt: skip


def test_a_preview_names_each_sort_and_ten_of_it() -> None:
    lines = previewed(PREVIEW)

    assert lines[0] == "version 3 with 9 areas; this map has 21, 3 unchanged"
    assert "added: 14" in lines
    assert "  and 4 more added" in lines
    assert "  c: 旧 Old -> 新 New" in lines
    assert "  b: its middle 1,234 m away" in lines
    assert "  a and b: 5,000 m² at 1.00000, 2.00000" in lines
    assert "  c outside q: 33.3% of it, 800 m² at 1.00000, 2.00000" in lines
    assert "  below the top, no cell: 600 m² at 1.00000, 2.00000" in lines


def test_whose_each_station_is_stands_beside_its_row_and_what_becomes_of_all_in_a_line() -> None:
    lines = previewed(PREVIEW)

    assert "  row 1: s0 of fire (消防 Fire), new" in lines
    assert "  s9, left out" in lines
    assert "  and 2 more stations" in lines
    assert followed(PREVIEW) == [
        "stations: 9 new, 1 changed, 1 as before, 1 no longer in it; dispatch follows"
    ]
    assert followed({"counts": PREVIEW["counts"] | {"stations": 0}}) == []


def test_what_was_not_found_out_is_said() -> None:
    nothing = {key: [] if isinstance(value, list) else value for key, value in PREVIEW.items()} | {
        "layer": None,
        "seams_known": False,
        "counts": dict.fromkeys(PREVIEW["counts"], 0),
    }

    lines = previewed(nothing)

    assert lines[0].startswith("nothing is in force;")
    assert lines[1:] == ["gaps and overlaps: unknown, looking for them took too long"]


def test_what_does_not_fit_the_nodes_schema_is_told_by_row_and_field() -> None:
    errors = [
        {"pointer": "/features/1/properties/kind", "code": "enum", "detail": "no such kind"},
        {"pointer": "/crs", "code": "missing", "detail": "is wanted"},
    ]

    lines = list(refused(Refused(422, "invalid", "It does not fit.", {"errors": errors})))

    assert lines[:2] == ["row 2: kind: no such kind (enum)", "/crs: is wanted (missing)"]


def test_rows_count_from_one_as_people_count() -> None:
    rows = [{"row": 0, "area": "c1", "code": "bad_area", "detail": "crosses itself"}]
    kept = [{"code": "unknown_parent", "detail": "c9 stays: its parent is gone"}]
    told = {"rows": rows + kept, "rows_wrong": 7}

    lines = list(refused(Refused(422, "bad_area", "crosses itself", told)))

    *lines, mend = lines
    assert mend.startswith("to mend it: shapes are never mended here: mend it where it was drawn")
    assert lines == [
        "row 1 (c1): crosses itself (bad_area)",
        "what stays: c9 stays: its parent is gone (unknown_parent)",
        "and 5 more rows",
        "refused: 422 bad_area: crosses itself; nothing was imported",
    ]
    assert list(bad_rows(BadRows([BadRow(4, "no_position", "no numbers")]))) == [
        "row 4: no numbers (no_position)"
    ]


def test_a_release_says_what_is_in_force() -> None:
    [line] = released({"name": "grid", "version": 2, "areas": 3, "released_at": "2026-11-27"})

    assert line == "grid: version 2 is in force, 3 areas, since 2026-11-27"
