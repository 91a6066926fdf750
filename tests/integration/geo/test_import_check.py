"""A map checked row by row from its file, as the process of its own does it."""

import json
from pathlib import Path
from typing import Any

import pytest

from beaconfire_contracts.refusals import Refusal
from beaconfire_geo.adapters.area_rows import AreaRow, read_batches, write_rows
from beaconfire_geo.adapters.import_check import Asked, Told, check
from beaconfire_geo.adapters.layer_file import Reading, areas_of
from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.entrypoints.layer_schemas import FeatureIn, preview_out
from beaconfire_testkit.grid import EAST, WEST, grid

LEVELS = load_levels()


def checked(folder: Path, body: dict[str, Any], before: list[Any], **more: Any) -> Any:
    """What a check finds in a body against what is in force."""
    (folder / "map").write_text(json.dumps(body), "utf-8")
    with (folder / "before").open("wb") as file:
        write_rows(file, map(AreaRow.of, before))
    asked = Asked(
        str(folder / "map"), str(folder / "before"), str(folder / "areas"), "grid", "WGS84",
        more.get("kind"), None,
    )  # fmt: skip
    return check(asked, LEVELS, FeatureIn.model_validate, lambda one: preview_out(one).model_dump())


def areas(body: dict[str, Any]) -> list[Any]:
    features = [FeatureIn.model_validate(one) for one in body["features"]]
    return areas_of(features, Reading.of("WGS84", LEVELS, None))


def test_areas_are_written_as_they_are_staged_at_once(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = checked(tmp_path, grid(WEST, EAST), areas(grid(WEST)))

    with (tmp_path / "areas").open("rb") as file:
        written = [row.area() for batch in read_batches(file) for row in batch]
    lines = capfd.readouterr().out.splitlines()
    assert written == areas(grid(WEST, EAST))
    assert (found.areas, found.tops) == (3, (("akl", "city"),))
    assert (found.preview["added"], found.preview["counts"]["unchanged"]) == (["c2"], 2)
    assert [json.loads(one)["rows_read"] for one in lines] == [0, 3]
    assert Told(rows=3).rows_read == 0


def test_rows_that_no_schema_takes_are_named_before_the_tree_is_judged(tmp_path: Path) -> None:
    wrong = {**WEST, "geometry": {"type": "Point", "coordinates": [1, 2], "more": 1}}
    wrong["properties"] = {**WEST["properties"], "people": -1}

    with pytest.raises(Refusal) as refused:
        checked(tmp_path, grid(wrong, EAST), [])

    rows = refused.value.fields["rows"]
    assert isinstance(rows, list)
    assert [(one["row"], one["code"]) for one in rows] == [(1, "invalid")]
    assert rows[0]["pointer"].startswith("/features/1/properties/people")


@pytest.mark.parametrize(
    "named", ["WGS84", {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}]
)
def test_a_file_that_names_the_same_system_in_other_words_is_taken(
    tmp_path: Path, named: Any
) -> None:
    assert checked(tmp_path, grid(WEST) | {"crs": named}, []).areas == 2
